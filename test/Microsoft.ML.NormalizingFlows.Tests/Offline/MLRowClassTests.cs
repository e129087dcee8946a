using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>How classes become columns and columns become objects.</summary>
public sealed class MLRowClassTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void Members_are_columns_of_their_types()
    {
        var schema = _ml.Data.LoadFromEnumerable(new List<Everything>()).Schema;
        var columns = schema.Select(column => $"{column.Name} {column.Type}").Order(StringComparer.Ordinal);
        Assert.Equal(
            ["Any Vector<Double>", "Color Key<UInt32, 0-2>", "Flag Boolean", "Grid Vector<Single, 2, 3>", "Number Int32", "Renamed String",
             "Words Vector<String>"],
            columns);
    }

    [Fact]
    public void Keys_count_from_zero_in_objects_and_from_one_in_columns()
    {
        var rows = new uint[] { 0, 2, 3 }.Select(color => new Everything { Color = color });
        Assert.Equal([1u, 3u, 0u], _ml.Data.LoadFromEnumerable(rows).GetColumn<uint>("Color"));
    }

    [Fact]
    public void Objects_come_back_as_they_went_in()
    {
        var row = new Everything { Number = 3, Text = "a", Flag = true, Grid = [1, 2, 3, 4, 5, 6], Any = [7], Words = ["b", "c"] };
        var view = _ml.Data.LoadFromEnumerable([row]);
        var back = _ml.Data.CreateEnumerable<Everything>(view, reuseRowObject: false).Single();
        Assert.Equal((3, "a", true), (back.Number, back.Text, back.Flag));
        Assert.Equal(row.Grid, back.Grid);
        Assert.Equal(row.Any, back.Any);
        Assert.Equal(row.Words, back.Words);
    }

    [Fact]
    public void Text_that_is_null_becomes_empty()
    {
        var view = _ml.Data.LoadFromEnumerable([new Everything { Text = null! }]);
        Assert.Equal("", _ml.Data.CreateEnumerable<Everything>(view, reuseRowObject: false).Single().Text);
    }

    [Fact]
    public void One_object_is_reused_where_that_is_asked_for()
    {
        var view = MLRows.Numbered(_ml, 3);
        Assert.Single(_ml.Data.CreateEnumerable<MLRows.Point>(view, reuseRowObject: true).Distinct());
        Assert.Equal(3, _ml.Data.CreateEnumerable<MLRows.Point>(view, reuseRowObject: false).Distinct().Count());
    }

    [Fact]
    public void A_missing_column_is_named_before_anything_is_enumerated()
    {
        var view = MLRows.Numbered(_ml, 3);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<MLRows.PointVector>(view, false));
        Assert.StartsWith("Could not find  column 'Features'", error.Message);
        Assert.Equal(3, _ml.Data.CreateEnumerable<MLRows.PointVector>(view, false, ignoreMissingColumns: true).Count());
    }

    [Fact]
    public void A_member_of_another_type_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => _ml.Data.CreateEnumerable<DoublePoint>(MLRows.Numbered(_ml, 3), false));
        Assert.StartsWith("Can't bind the IDataView column 'X' of type 'Single'", error.Message);
    }

    [Fact]
    public void A_definition_gives_names_sizes_and_annotations()
    {
        var definition = SchemaDefinition.Create(typeof(Everything));
        definition["Any"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, 1);
        definition["Any"].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(1, ["one".AsMemory()]), new VectorDataViewType(TextDataViewType.Instance, 1));
        definition["Number"].ColumnName = "Count";
        var schema = _ml.Data.LoadFromEnumerable(new List<Everything>(), definition).Schema;
        Assert.Equal("Vector<Double, 1>", schema["Any"].Type.ToString());
        Assert.Null(schema.GetColumnOrNull("Number"));
        var names = new VBuffer<ReadOnlyMemory<char>>();
        Assert.True(schema["Any"].HasSlotNames());
        schema["Any"].GetSlotNames(ref names);
        Assert.Equal("one", names.GetItemOrDefault(0).ToString());
    }

    [Fact]
    public void A_type_that_no_column_has_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(new List<Unsupported>()));
        Assert.Contains("Could not determine an IDataView type and registered custom types for member When", error.Message);
    }

    [Fact]
    public void Vectors_of_columns_come_as_arrays()
    {
        var view = _ml.Data.LoadFromEnumerable([new Everything { Grid = [1, 2, 3, 4, 5, 6] }]);
        Assert.Equal([1f, 2, 3, 4, 5, 6], view.GetColumn<float[]>("Grid").Single());
        Assert.Throws<ArgumentOutOfRangeException>("column", () => view.GetColumn<double[]>("Grid"));
        Assert.Throws<ArgumentOutOfRangeException>("name", () => view.GetColumn<float>("Nothing"));
    }

    private sealed class Everything
    {
        public int Number { get; set; }

        [ColumnName("Renamed")]
        public string Text { get; set; } = "";

        public bool Flag { get; set; }

        [KeyType(3)]
        public uint Color { get; set; }

        [VectorType(2, 3)]
        public float[] Grid { get; set; } = [0, 0, 0, 0, 0, 0];

        public double[] Any { get; set; } = [];

        public string[] Words { get; set; } = [];

        [NoColumn]
        public object? Nothing { get; set; }
    }

    private sealed class DoublePoint
    {
        public double X { get; set; }
    }

    private sealed class Unsupported
    {
        public Version? When { get; set; }
    }
}
