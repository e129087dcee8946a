using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public sealed class PlainColumnsTests(SmallFlow fixture) : IClassFixture<SmallFlow>
{
    [Fact]
    public void The_output_of_a_flow_becomes_a_data_frame()
    {
        var scored = fixture.Chain.Transform(fixture.Test);
        var frame = scored.ToPlainColumns().ToDataFrame(-1);
        Assert.Equal(
        [
            "Features.0", "Features.1", "Both.0", "Both.1", "LogDensity", "LatentCluster", "LatentClusterIndex", "LatentProbabilities.State0",
            "LatentProbabilities.State1", "LatentProbabilities.State2", "LatentProbabilities.State3", "BaseVector.0", "BaseVector.1",
        ], frame.Columns.Select(column => column.Name));
        var rows = fixture.Ml.Data.CreateEnumerable<ScoredRow>(scored, reuseRowObject: false).ToList();
        Assert.Equal(rows.Count, frame.Rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal(fixture.TestRows[i][1], frame["Features.1"][i]);
            Assert.Equal(rows[i].LogDensity, frame["LogDensity"][i]);
            Assert.Equal($"State{rows[i].LatentCluster - 1}", frame["LatentCluster"][i]);
            for (int state = 0; state < 4; state++)
                Assert.Equal(rows[i].LatentProbabilities[state], frame[$"LatentProbabilities.State{state}"][i]);
            Assert.Equal(rows[i].BaseVector[1], frame["BaseVector.1"][i]);
        }
    }

    [Fact]
    public void Keys_without_names_are_numbers_and_missing_ones_are_empty_or_0()
    {
        var table = fixture.Ml.Data.LoadFromEnumerable<Row>([new() { Name = "a", Number = 7 }, new() { Name = "b", Number = 8 }]);
        var known = fixture.Ml.Data.LoadFromEnumerable<KeptName>([new() { Name = "a" }]);
        var numbers = fixture.Ml.Data.LoadFromEnumerable<KeptNumber>([new() { Number = 9 }, new() { Number = 7 }]);
        var keys = fixture.Ml.Transforms.Conversion.MapValueToKey("Key", "Name", keyData: known).Append(fixture.Ml.Transforms.Conversion.MapValueToKey("Place", "Number", keyData: numbers));
        var plain = keys.Fit(table).Transform(table).ToPlainColumns();
        Assert.Equal(["a", ""], plain.GetColumn<string>("Key"));
        Assert.Equal([2u, 0u], plain.GetColumn<uint>("Place"));
        Assert.Equal(["a", "b"], plain.GetColumn<string>("Name"));
        Assert.Equal(NumberDataViewType.UInt32, plain.Schema["Place"].Type);
        Assert.Equal([2u, 0u], plain.ToDataFrame(-1)["Place"].Cast<uint>());
    }

    [Fact]
    public void Vectors_of_keys_are_texts_sparse_ones_full_and_names_differ()
    {
        var table = fixture.Ml.Data.LoadFromEnumerable<Words>([new() { Text = ["x", "y"] }, new() { Text = ["y", "y"] }]);
        var keys = fixture.Ml.Transforms.Conversion.MapValueToKey("Keys", "Text").Append(fixture.Ml.Transforms.Conversion.MapKeyToVector("Counts", "Keys", outputCountVector: true));
        var view = keys.Fit(table).Transform(table);
        var plain = view.ToPlainColumns();
        Assert.Equal(["Text.0", "Text.1", "Keys.0", "Keys.1", "Counts.x", "Counts.y"], plain.Schema.Select(column => column.Name));
        Assert.Equal(["x", "y"], plain.GetColumn<string>("Keys.0"));
        Assert.Equal(["y", "y"], plain.GetColumn<string>("Keys.1"));
        Assert.Equal([1f, 0f], plain.GetColumn<float>("Counts.x"));
        Assert.Equal([1f, 2f], plain.GetColumn<float>("Counts.y"));

        var twice = new DataViewSchema.Builder();
        twice.AddColumn("A.0", NumberDataViewType.Single);
        twice.AddColumn("A", new VectorDataViewType(NumberDataViewType.Single, 2), OutputAnnotations.Slots(["same", "same"]));
        twice.AddColumn("B", new VectorDataViewType(NumberDataViewType.Single, 1));
        twice.AddColumn("A", new VectorDataViewType(NumberDataViewType.Single, 2));
        Assert.Equal(["A.0", "B.0", "A.0.0", "A.1"], new EmptyView(twice.ToSchema()).ToPlainColumns().Schema.Select(column => column.Name));
    }

    [Fact]
    public void A_vector_of_unknown_size_is_refused_in_one_sentence()
    {
        var table = fixture.Ml.Data.LoadFromEnumerable<Many>([new() { Values = [1, 2] }]);
        var error = Assert.Throws<ArgumentException>(table.ToPlainColumns);
        Assert.Contains("'Values' is a vector of unknown size", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => ((IDataView)null!).ToPlainColumns());
    }

    [Fact]
    public void Another_type_than_that_of_a_column_and_a_column_that_was_not_asked_for_are_refused()
    {
        var plain = fixture.Chain.Transform(fixture.Test).ToPlainColumns();
        using var cursor = plain.GetRowCursor([plain.Schema["LatentCluster"], plain.Schema["BaseVector.0"]]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<uint>(plain.Schema["LatentCluster"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(plain.Schema["BaseVector.0"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(plain.Schema["BaseVector.1"]));
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public int Number { get; set; }
    }

    private sealed class KeptName
    {
        public string Name { get; set; } = "";
    }

    private sealed class KeptNumber
    {
        public int Number { get; set; }
    }

    private sealed class Words
    {
        [VectorType(2)]
        public string[] Text { get; set; } = [];
    }

    private sealed class Many
    {
        public float[] Values { get; set; } = [];
    }

    private sealed class EmptyView(DataViewSchema schema) : IDataView
    {
        public DataViewSchema Schema => schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => 0;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => throw new NotSupportedException();

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => throw new NotSupportedException();
    }
}
