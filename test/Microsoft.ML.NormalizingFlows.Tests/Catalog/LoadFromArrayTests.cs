using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Catalog;

public class LoadFromArrayTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Rows_come_back_and_are_of_known_size()
    {
        float[][] rows = [[1, 2, 3], [4, float.NaN, 6]];
        var view = _ml.Data.LoadFromArray(rows, "X");
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), Assert.Single(view.Schema).Type);
        Assert.Equal(rows, view.GetColumn<float[]>("X"));
        Assert.Equal(rows, _ml.Data.LoadFromArray(rows.SelectMany(row => row).ToArray().AsSpan(), columns: 3, "X").GetColumn<float[]>("X"));
        Assert.Equal(2, view.GetRowCount());
    }

    [Fact]
    public void A_flow_is_trained_on_them_and_scores_them()
    {
        float[][] rows = GaussianMixture.Ring(2, 3, 0.5).Draw(200, seed: 1).Rows;
        var view = _ml.Data.LoadFromArray(rows);
        using var model = _ml.Transforms.NormalizingVariationalFlow("Features", latentStates: 2, layers: 1, epochs: 2).Fit(view);
        Assert.All(model.Transform(view).GetColumn<float>("LogDensity"), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void What_is_no_table_is_told_in_one_sentence()
    {
        Refused("There are no rows", () => _ml.Data.LoadFromArray([]));
        Refused("Row 1 (counted from 0) has 1 values, but the first has 2", () => _ml.Data.LoadFromArray([[1, 2], [3]]));
        Refused("Row 1 (counted from 0) is empty", () => _ml.Data.LoadFromArray([[1, 2], null!]));
        Refused("Row 0 (counted from 0) is empty", () => _ml.Data.LoadFromArray([[]]));
        Refused("columnName is empty", () => _ml.Data.LoadFromArray([[1]], " "));
        Refused("5 values are no rows of 2", () => _ml.Data.LoadFromArray(new float[5].AsSpan(), 2));
        Refused("columns is 0, but must be 1 or more", () => _ml.Data.LoadFromArray(new float[5].AsSpan(), 0));
        Refused("There are no rows", () => _ml.Data.LoadFromArray(ReadOnlySpan<float>.Empty, 2));
    }

    private static void Refused(string message, Action load) => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(load).Message);
}
