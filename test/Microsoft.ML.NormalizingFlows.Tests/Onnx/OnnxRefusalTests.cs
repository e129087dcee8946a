using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Onnx;

/// <summary>What ConvertToOnnx cannot write is refused, where it once wrote models that copied LogDensity from an input.</summary>
public class OnnxRefusalTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("a continuous latent", "A continuous latent, whose density is a mean over draws, cannot be written as ONNX")]
    [InlineData("quantiles", "The column 'Range' cannot be written as ONNX")]
    [InlineData("explanations", "The column 'FeatureContributions' cannot be written as ONNX")]
    public void A_pipeline_is_refused_in_one_sentence_and_nothing_is_written(string what, string sentence)
    {
        var table = _ml.Data.LoadFromArray(GaussianMixture.Ring(2, 3, 0.5).Draw(200, seed: 1).Rows, "Raw");
        using var model = Estimator(what).Fit(table);
        using var stream = new MemoryStream();
        var error = Assert.Throws<NotSupportedException>(() => _ml.Model.ConvertToOnnx(model, table, stream));
        Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
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

    private EstimatorChain<ITransformer> Estimator(string what)
    {
        var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.None, Layers = 1, HiddenUnits = 2 }, Training = { Epochs = 1 } };
        switch (what)
        {
            case "a continuous latent":
                options.Flow.Latent = FlowLatent.Continuous(1);
                return _ml.Transforms.Concatenate("Features", "Raw").Append<ITransformer>(_ml.Transforms.NormalizingVariationalFlow(options));
            case "quantiles":
                (options.QuantileColumnName, options.Quantiles) = ("Range", [0.5]);
                options.ContextColumnName = "Raw";
                return _ml.Transforms.CustomMapping<RawVector, Number>((from, to) => to.Length = from.Raw[0], "length").Append<ITransformer>(_ml.Transforms.Concatenate("Features", "Length"))
                    .Append<ITransformer>(_ml.Transforms.NormalizingVariationalFlow(options));
            case "explanations":
                return _ml.Transforms.Concatenate("Features", "Raw").Append<ITransformer>(_ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions
                {
                    FeatureContributionsColumnName = "FeatureContributions", Flow = { Layers = 1, HiddenUnits = 2, EnsembleSize = 1 }, Training = { Epochs = 1 },
                }));
            default:
                throw new ArgumentException($"{what} is no case.");
        }
    }

    private sealed class Vector
    {
        [VectorType(1)]
        public float[] Size { get; set; } = [];
    }

    private sealed class RawVector
    {
        [VectorType(2)]
        public float[] Raw { get; set; } = [];
    }

    private sealed class Number
    {
        public float Length { get; set; }
    }
}
