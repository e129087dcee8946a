using Microsoft.ML.Data;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowOptions;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

/// <summary>Tables that cannot be learned from, and tables that look as if they could not, with the real training.</summary>
public class BadRowsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static Options Small(int states = 2) => new()
    {
        Flow = { Latent = FlowLatent.Discrete(states) with { EncoderHiddenUnits = 8 }, Layers = 2, HiddenUnits = 8 },
        Training = { Epochs = 2 },
    };

    private IDataView View(IEnumerable<float[]> rows)
    {
        var list = rows.ToList();
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, list.Count == 0 ? 2 : list[0].Length);
        return _ml.Data.LoadFromEnumerable(list.Select(row => new Row { Features = row }).ToList(), schema);
    }

    private static IEnumerable<float[]> Noise(int rows, int columns)
    {
        var random = new Random(2);
        for (int i = 0; i < rows; i++)
            yield return [.. Enumerable.Range(0, columns).Select(_ => (float)random.NextDouble())];
    }

    private float[] FitAndScore(IDataView view, Options options)
    {
        using var transformer = _ml.Transforms.NormalizingVariationalFlow(options).Fit(view);
        var densities = transformer.Transform(view).GetColumn<float>("LogDensity").ToArray();
        var sampled = transformer.Sample(20, seed: 1).GetColumn<float[]>("Features");
        Assert.All(sampled, row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
        return densities;
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "+infinity")]
    [InlineData(float.NegativeInfinity, "-infinity")]
    public void A_missing_or_infinite_value_is_named_with_its_row_or_dropped(float bad, string named)
    {
        var rows = Noise(100, 2).ToList();
        rows[37][1] = bad;
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.NormalizingVariationalFlow(Small()).Fit(View(rows)));
        Assert.Contains("Row 37", error.Message);
        Assert.Contains("Features[1]", error.Message);
        Assert.Contains(named, error.Message);

        var options = Small();
        options.Training.NonFiniteRows = NonFiniteRows.Drop;
        var densities = FitAndScore(View(rows), options);
        Assert.Equal(float.NaN, densities[37]);
        Assert.Single(densities, float.IsNaN);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Too_few_rows_are_an_error(int rows)
    {
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.NormalizingVariationalFlow(Small()).Fit(View(Noise(rows, 2))));
        Assert.Contains("at least 2", error.Message);
    }

    [Fact]
    public void More_states_than_rows_are_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.NormalizingVariationalFlow(Small(9)).Fit(View(Noise(8, 2))));
        Assert.Contains("The latent has 9 states, but there are only", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void One_column_and_many_columns(int columns) =>
        Assert.All(FitAndScore(View(Noise(60, columns)), Small()), value => Assert.True(float.IsFinite(value)));

    [Fact]
    public void A_scalar_column()
    {
        var view = Person.View(_ml, 60);
        var options = Small();
        options.FeatureColumnName = "Wealth";
        using var transformer = _ml.Transforms.NormalizingVariationalFlow(options).Fit(view);
        Assert.All(transformer.Transform(view).GetColumn<float>("LogDensity"), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(5, transformer.Sample(5).GetColumn<double>("Wealth").Count());
    }

    [Fact]
    public void Constant_and_duplicate_columns()
    {
        var rows = Noise(100, 2).Select(row => (float[])[row[0], 3, row[1], row[0]]);
        Assert.All(FitAndScore(View(rows), Small()), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Huge_values()
    {
        var rows = Noise(100, 2).ToList();
        rows.ForEach(row => row[0] *= 1e30f);
        Assert.All(FitAndScore(View(rows), Small()), value => Assert.True(float.IsFinite(value)));
        using var transformer = _ml.Transforms.NormalizingVariationalFlow(Small()).Fit(View(Noise(100, 2)));
        var far = transformer.Transform(View([[1e30f, -1e30f], [0.5f, 0.5f], [float.MaxValue, 0]])).GetColumn<float>("LogDensity").ToArray();
        Assert.All(far, value => Assert.True(float.IsFinite(value)));
        Assert.True(far[0] < far[1]);
    }

    [Fact]
    public void A_cancelled_training_throws_or_keeps_the_best()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var options = Small();
        options.Training.Cancellation = cancelled.Token;
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Transforms.NormalizingVariationalFlow(options).Fit(View(Noise(100, 2))));
        options.Training.WhenCancelled = WhenCancelled.KeepBest;
        using var transformer = _ml.Transforms.NormalizingVariationalFlow(options).Fit(View(Noise(100, 2)));
        Assert.True(transformer.Report.Cancelled);
    }

    [Fact]
    public void An_absent_GPU_is_an_error_or_the_CPU()
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 999, FallbackToCpu = false };
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.NormalizingVariationalFlow(Small()).Fit(View(Noise(50, 2))));
        Assert.Contains("GPU 999", error.Message);
        ml.FallbackToCpu = true;
        using var transformer = ml.Transforms.NormalizingVariationalFlow(Small()).Fit(View(Noise(50, 2)));
        Assert.Equal(50, transformer.Transform(View(Noise(50, 2))).GetColumn<float>("LogDensity").Count());
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
