using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Schemas, types and annotations.</summary>
public sealed class MLSchemaTests
{
    private readonly MLContext _ml = new();

    [Fact]
    public void The_last_column_of_a_name_hides_the_others()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", NumberDataViewType.Int32);
        builder.AddColumn("A", TextDataViewType.Instance);
        var schema = builder.ToSchema();
        Assert.Equal([true, false, false], schema.Select(column => column.IsHidden));
        Assert.Equal(2, schema["A"].Index);
        Assert.Equal("A: String", schema["A"].ToString());
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        var schema = MLRows.Numbered(_ml, 1).Schema;
        Assert.Null(schema.GetColumnOrNull("Z"));
        Assert.StartsWith("Column 'Z' not found", Assert.Throws<ArgumentOutOfRangeException>("name", () => schema["Z"]).Message);
        Assert.Throws<ArgumentNullException>("name", () => schema[""]);
    }

    [Fact]
    public void Types_are_equal_by_what_they_say()
    {
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3UL));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(byte), 3));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), new VectorDataViewType(NumberDataViewType.Single, new int[] { 3 }));
        Assert.False(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
        Assert.Equal("Key<UInt32, 0-2>", new KeyDataViewType(typeof(uint), 3).ToString());
        Assert.Equal("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
        Assert.Throws<ArgumentOutOfRangeException>("type", () => new KeyDataViewType(typeof(int), 3));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new KeyDataViewType(typeof(byte), 300));
    }

    [Fact]
    public void Annotations_are_read_as_their_type_only()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Kind", NumberDataViewType.Int32, 5);
        var annotations = builder.ToAnnotations();
        int number = 0;
        annotations.GetValue("Kind", ref number);
        Assert.Equal(5, number);
        float wrong = 0;
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Kind", ref wrong));
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("Other", ref number));
        Assert.Throws<ArgumentException>("type", () => builder.Add("Kind", NumberDataViewType.Single, (ref int value) => value = 1));
    }

    [Fact]
    public void A_concatenated_column_names_its_slots()
    {
        var once = _ml.Transforms.Concatenate("XY", "X", "Y").Fit(MLRows.Numbered(_ml, 1));
        var twice = once.Append(_ml.Transforms.Concatenate("All", "X", "XY").Fit(once.Transform(MLRows.Numbered(_ml, 1))));
        var column = twice.GetOutputSchema(MLRows.Numbered(_ml, 1).Schema)["All"];
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), column.Type);
        var names = new VBuffer<ReadOnlyMemory<char>>();
        column.GetSlotNames(ref names);
        Assert.Equal(["X", "XY.X", "XY.Y"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void A_vector_alone_is_concatenated_as_it_is_with_its_annotations()
    {
        var pipeline = _ml.Transforms.Concatenate("XY", "X", "Y").Append(_ml.Transforms.Concatenate("Copy", "XY"));
        var schema = pipeline.Fit(MLRows.Numbered(_ml, 1)).GetOutputSchema(MLRows.Numbered(_ml, 1).Schema);
        Assert.True(schema["Copy"].HasSlotNames());
        Assert.Equal(schema["XY"].Type, schema["Copy"].Type);
    }

    [Fact]
    public void A_transformed_column_goes_behind_the_one_of_its_name()
    {
        var view = MLRows.Numbered(_ml, 1);
        var schema = _ml.Transforms.Concatenate("X", "X", "Y").Fit(view).Transform(view).Schema;
        Assert.Equal(["X", "X", "Y"], schema.Select(column => column.Name));
        Assert.Equal([true, false, false], schema.Select(column => column.IsHidden));
        Assert.IsType<VectorDataViewType>(schema["X"].Type);
    }

    [Fact]
    public void A_missing_input_column_is_named_when_fitting()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            "inputSchema", () => _ml.Transforms.Concatenate("F", "X", "Z").Append(_ml.Transforms.Concatenate("G", "F")).Fit(MLRows.Numbered(_ml, 1)));
        Assert.StartsWith("Could not find input column 'Z'", error.Message);
    }
}
