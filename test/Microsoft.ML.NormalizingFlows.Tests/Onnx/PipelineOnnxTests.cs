using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.NormalizingFlows.Tests.Onnx;

/// <summary>Flows in pipelines of ML.NET: columns of every kind, values far from 0, missing ones, and operator sets.</summary>
public class PipelineOnnxTests
{
    private const int Rows = 60;

    private static readonly MLContext s_ml = new(seed: 1);

    [Fact]
    public void Doubles_far_from_zero_are_read_in_double()
    {
        var random = new Random(1);
        using var model = Flow().Fit(Places(Enumerable.Range(0, Rows).Select(i => new[] { 1.7e9 + random.NextDouble(), 20_000_000 + i % 7, 1e15 })));
        double[][] rows =
        [
            [1.7e9 + 0.25, 20_000_003, 1e15], [1.7e9, double.NaN, 1e15], [1.7e9, 20_000_003, 1e15 + 1], [1e300, 20_000_003, 1e15], [double.NegativeInfinity, 20_000_003, 1e15],
        ];
        using var onnx = new OnnxModel(s_ml, model, Places(rows));
        var results = onnx.Run(rows.Length, ("Features", rows.SelectMany(row => row).ToArray()));
        results.AssertNear(model.Transform(Places(rows)), "LogDensity");
        Assert.True(results.Of<float>("LogDensity")[2] < results.Of<float>("LogDensity")[0] - 1e4f);
    }

    [Fact]
    public void Doubles_that_ML_NET_would_write_as_singles_are_refused_in_one_sentence()
    {
        var random = new Random(1);
        var far = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(_ => new Place { Time = 1.7e9 + random.NextDouble(), Height = random.NextDouble() }).ToList());
        var near = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(_ => new Place { Time = 3 + random.NextDouble(), Height = random.NextDouble() }).ToList());
        var pipeline = s_ml.Transforms.Concatenate("Features", "Time", "Height").Append(Flow());
        using var model = pipeline.Fit(far);
        using var stream = new MemoryStream();
        var error = Assert.Throws<NotSupportedException>(() => s_ml.Model.ConvertToOnnx(model, far, stream));
        Assert.Contains("Features[0] 'Time' is about 1.7E+09, too far from 0 for Single", error.Message, StringComparison.Ordinal);
        using var other = pipeline.Fit(near);
        using var onnx = new OnnxModel(s_ml, other, near);
        onnx.Run(Rows, [.. new[] { "Time", "Height" }.Select(name => (name, (Array)near.GetColumn<double>(name).ToArray()))]).AssertNear(other.Transform(near), "LogDensity");
    }

    [Fact]
    public void Singles_with_an_origin_a_scalar_and_a_key_that_a_density_is_given_are_read()
    {
        var random = new Random(1);
        var table = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Reading { Value = 5_000 + random.NextSingle(), Kind = i % 2 == 0 ? "a" : "b" }).ToList());
        using var model = s_ml.Transforms.Conversion.MapValueToKey("Key", "Kind").Append(s_ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            FeatureColumnName = "Value", ContextColumnName = "Key", LatentClusterColumnName = null, LatentProbabilitiesColumnName = null, CumulativeColumnName = "Cumulative",
            Flow = { Latent = FlowLatent.None, Layers = 2, HiddenUnits = 4 }, Training = { Epochs = 2 },
        })).Fit(table);
        var others = s_ml.Data.LoadFromEnumerable<Reading>([new() { Value = 5_000.5f, Kind = "a" }, new() { Value = 5_000.5f, Kind = "b" }, new() { Value = 5_000.5f, Kind = "c" }]);
        using var onnx = new OnnxModel(s_ml, model, others);
        var results = onnx.Run(3, ("Value", new[] { 5_000.5f, 5_000.5f, 5_000.5f }), ("Kind", new[] { "a", "b", "c" }));
        var scored = model.Transform(others);
        results.AssertNear(scored, "LogDensity");
        results.AssertNear(scored, "Cumulative");
        Assert.True(float.IsNaN(results.Of<float>("LogDensity")[2]));
    }

    [Fact]
    public void An_older_operator_set_than_12_is_refused()
    {
        var table = Table();
        using var model = Flow().Fit(table);
        using var stream = new MemoryStream();
        var error = Assert.ThrowsAny<Exception>(() => s_ml.Model.ConvertToOnnx(model, table, 11, stream));
        Assert.Contains("12", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void What_follows_a_flow_reads_its_columns_and_two_flows_stand_in_one_pipeline()
    {
        var table = Table();
        var second = Flow("Second");
        using var model = Flow().Append(s_ml.Transforms.Concatenate("Both", "LogDensity", "LatentProbabilities")).Append(second).Append(s_ml.Transforms.NormalizeMinMax("Scaled", "Both")).Fit(table);
        using var onnx = new OnnxModel(s_ml, model, table);
        var results = onnx.Run(Rows, ("Features", table.GetColumn<float[]>("Features").SelectMany(row => row).ToArray()));
        var scored = model.Transform(table);
        results.AssertNear(scored, "Scaled");
        results.AssertNear(scored, "LogDensity");
        results.AssertNear(scored, "Second");
    }

    [Fact]
    public void Values_that_are_filled_in_before_a_flow_are_filled_in_by_the_model()
    {
        var table = Table();
        using var model = s_ml.Transforms.ReplaceMissingValues("Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean).Append(Flow()).Fit(table);
        float[] rows = [.. table.GetColumn<float[]>("Features").SelectMany(row => row)];
        rows[5] = float.NaN;
        var other = s_ml.Data.LoadFromArray(rows, 2);
        using var onnx = new OnnxModel(s_ml, model, other);
        onnx.Run(Rows, ("Features", rows)).AssertNear(model.Transform(other), "LogDensity");
        Assert.All(model.Transform(other).GetColumn<float>("LogDensity"), value => Assert.True(float.IsFinite(value)));
    }

    private static IDataView Places(IEnumerable<double[]> rows)
    {
        var definition = SchemaDefinition.Create(typeof(Vector));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, 3);
        return s_ml.Data.LoadFromEnumerable(rows.Select(row => new Vector { Features = row }).ToList(), definition);
    }

    private static IDataView Table() => s_ml.Data.LoadFromArray(GaussianMixture.Ring(2, 3, 0.5).Draw(Rows, seed: 1).Rows);

    private static NormalizingVariationalFlowEstimator Flow(string logDensity = "LogDensity") => s_ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
    {
        LogDensityColumnName = logDensity, LatentClusterColumnName = logDensity + "Cluster", LatentProbabilitiesColumnName = logDensity == "LogDensity" ? "LatentProbabilities" : null,
        Flow = { Latent = FlowLatent.Discrete(2) with { EncoderHiddenUnits = 4 }, Layers = 1, HiddenUnits = 4 }, Training = { Epochs = 2 },
    });

    private sealed class Place
    {
        public double Time { get; set; }

        public double Height { get; set; }
    }

    private sealed class Vector
    {
        public double[] Features { get; set; } = [];
    }

    private sealed class Reading
    {
        public float Value { get; set; }

        public string Kind { get; set; } = "";
    }
}
