using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Density;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class SampledViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static List<float[]> Rows(IDataView view) => [.. view.GetColumn<float[]>("Features")];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_500)]
    public void Every_pass_is_the_same(int rows)
    {
        var view = Fake.Transformer(_ml, out _).Sample(rows, seed: 7);
        var first = Rows(view);
        Assert.Equal(rows, first.Count);
        Assert.Equal(first, Rows(view));
        Assert.Equal(first, Rows(Fake.Transformer(_ml, out _).Sample(rows, seed: 7)));
        Assert.Equal(first.Count, first.Select(row => row[0]).Distinct().Count());
    }

    [Fact]
    public void Without_a_seed_the_contexts_is_taken()
    {
        Assert.Equal(Rows(Fake.Transformer(_ml, out _).Sample(5)), Rows(Fake.Transformer(_ml, out _).Sample(5, seed: 1)));
        var unseeded = Fake.Transformer(new MLContext(), out _);
        Assert.NotEqual(Rows(unseeded.Sample(5)), Rows(unseeded.Sample(5)));
        var view = unseeded.Sample(5);
        Assert.Equal(Rows(view), Rows(view));
    }

    [Fact]
    public void Another_seed_gives_other_rows() =>
        Assert.NotEqual(Rows(Fake.Transformer(_ml, out _).Sample(5, seed: 7)), Rows(Fake.Transformer(_ml, out _).Sample(5, seed: 8)));

    [Fact]
    public void One_state_alone() =>
        Assert.All(Rows(Fake.Transformer(_ml, out _).Sample(100, latentState: 2)), row => Assert.InRange(row[0], 150, 250));

    [Fact]
    public void The_feature_column_has_the_names_of_training()
    {
        var view = Fake.Transformer(_ml, out _).Sample(3);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].GetSlotNames(ref names);
        Assert.Equal(["Height", "Weight"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), view.Schema["Features"].Type);
    }

    [Fact]
    public void A_scalar_stays_a_scalar()
    {
        var columns = new FlowColumns { Feature = "Value", FeatureIsScalar = true, LogDensity = "LogDensity" };
        var model = Fake.Of(Fake.Architecture with { Dimensions = 1 });
        var transformer = new NormalizingVariationalFlowTransformer(
            _ml, new FlowFile(columns, model), null, (m, _) => new FakeEvaluator(m.Shape));
        var view = transformer.Sample(20);
        Assert.Equal(NumberDataViewType.Single, view.Schema["Value"].Type);
        var scored = transformer.Transform(view);
        Assert.Equal(view.GetColumn<float>("Value").Select(value => -value), scored.GetColumn<float>("LogDensity"));
    }

    [Fact]
    public void Rows_that_are_not_read_are_not_drawn()
    {
        var transformer = new NormalizingVariationalFlowTransformer(
            _ml, new FlowFile(Fake.AllColumns, Fake.Model), null, (_, _) => throw new InvalidOperationException("drawn"));
        var view = transformer.Sample(long.MaxValue);
        using var cursor = view.GetRowCursor([]);
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]));
    }

    [Fact]
    public void Ids_are_positions_and_the_end_is_the_end()
    {
        var view = Fake.Transformer(_ml, out _).Sample(2);
        using var cursor = Assert.Single(view.GetRowCursorSet(view.Schema, 3));
        var id = cursor.GetIdGetter();
        var features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        DataViewRowId value = default;
        VBuffer<float> row = default;
        Assert.Throws<InvalidOperationException>(() => features(ref row));
        for (ulong i = 0; cursor.MoveNext(); i++)
        {
            id(ref value);
            Assert.Equal(new DataViewRowId(i, 0), value);
            features(ref row);
        }
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => features(ref row));
        Assert.Throws<InvalidOperationException>(() => id(ref value));
    }

    [Fact]
    public void Wrong_numbers_are_named()
    {
        var transformer = Fake.Transformer(_ml, out _);
        Assert.Contains("-1 rows", Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Sample(-1)).Message);
        Assert.Contains("0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Sample(1, latentState: 3)).Message);
        Assert.Contains("0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Sample(1, latentState: -1)).Message);
    }
}
