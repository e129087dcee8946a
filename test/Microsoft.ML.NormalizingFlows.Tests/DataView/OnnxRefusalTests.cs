using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.DataView;

public class OnnxRefusalTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("density")]
    [InlineData("anomaly")]
    [InlineData("clustering")]
    [InlineData("transforms behind it")]
    public void A_pipeline_is_refused_in_one_sentence_and_nothing_is_written(string task)
    {
        var rows = GaussianMixture.Ring(2, 3, 0.5).Draw(200, seed: 1).Rows;
        var table = _ml.Data.LoadFromArray(rows, "Raw");
        var model = Estimator(task).Fit(table);
        using var stream = new MemoryStream();
        var error = Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, table, stream));
        Assert.Contains("cannot be written as ONNX", error.Message, StringComparison.Ordinal);
        Assert.Contains("mlContext.Model.Save", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void A_synthesizer_is_refused_too()
    {
        var table = _ml.Data.LoadFromArray(GaussianMixture.Ring(2, 3, 0.5).Draw(100, seed: 1).Rows.Select(row => row[..1]).ToArray(), "Size");
        var scalar = _ml.Transforms.CustomMapping<Vector, Number>((from, to) => to.Length = from.Size[0], null).Append(_ml.Transforms.SelectColumns("Length")).Fit(table).Transform(table);
        using var model = _ml.Data.Synthesizer(new SynthesizerOptions { Trees = 1 }).Fit(scalar);
        using var stream = new MemoryStream();
        Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, scalar, stream));
    }

    private IEstimator<ITransformer> Estimator(string task)
    {
        var features = _ml.Transforms.Concatenate("Features", "Raw");
        var density = _ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 2 }, Training = { Epochs = 1 },
        });
        return task switch
        {
            "density" => features.Append(density),
            "transforms behind it" => features.Append(density).Append(_ml.Transforms.NormalizeMinMax("Features")),
            "anomaly" => features.Append(_ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
            {
                Flow = { Layers = 1, HiddenUnits = 2, EnsembleSize = 1 }, Training = { Epochs = 1 },
            })),
            "clustering" => features.Append(_ml.Clustering.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowClusteringOptions
            {
                NumberOfClusters = 2, Training = { Epochs = 1 },
            })),
            _ => throw new ArgumentException($"{task} is no task."),
        };
    }

    private sealed class Vector
    {
        [VectorType(1)]
        public float[] Size { get; set; } = [];
    }

    private sealed class Number
    {
        public float Length { get; set; }
    }
}
