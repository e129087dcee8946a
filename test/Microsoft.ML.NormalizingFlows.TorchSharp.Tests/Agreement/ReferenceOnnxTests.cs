using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>What ConvertToOnnx writes of layers that this engine alone has, computed by ONNX Runtime.</summary>
public class ReferenceOnnxTests
{
    private const int Rows = 40, Dimensions = 5;

    private static readonly MLContext s_ml = new(seed: 1);

    [Theory]
    [InlineData("sums of squares", FlowPattern.Coupling)]
    [InlineData("sums of squares", FlowPattern.Autoregressive)]
    [InlineData("spline as published", FlowPattern.Coupling)]
    [InlineData("spline as published", FlowPattern.Autoregressive)]
    [InlineData("affine as published", FlowPattern.Coupling)]
    [InlineData("affine as published", FlowPattern.Autoregressive)]
    public void Scores_are_those_of_the_engine(string name, FlowPattern pattern)
    {
        var architecture = new FlowArchitecture
        {
            Dimensions = Dimensions, States = 3, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 3, Pattern = pattern,
            Map = name switch { "sums of squares" => FlowMap.SumOfSquares, "affine as published" => FlowMap.Affine, _ => FlowMap.RationalQuadraticSpline },
            Parameterization = name == "sums of squares" ? FlowParameterization.SoftLimited : FlowParameterization.NeuralSpline,
        };
        using var flow = Perturbed.Flow(architecture, 0.2f);
        var model = new FlowModel([new FlowMember(architecture.ToSpec(), FlowArrays.Extract(flow))], CompiledCases.NoReport);
        var columns = new FlowColumns { Feature = "Features", LogDensity = "LogDensity", LatentProbabilities = "LatentProbabilities", BaseVector = "BaseVector" };
        using var transformer = new NormalizingVariationalFlowTransformer(
            (IHostEnvironment)s_ml, new FlowFile(columns, model), evaluators: (one, _) => new TorchEvaluator(one.Members[0], torch.CPU));
        float[] rows = Numbers.Table(Rows, Dimensions);
        rows[0] = 50;
        var table = s_ml.Data.LoadFromArray(rows, Dimensions);
        using var onnx = new OnnxModel(s_ml, transformer, table);
        var results = onnx.Run(Rows, ("Features", rows));
        var scored = transformer.Transform(table);
        foreach (string column in new[] { "LogDensity", "LatentProbabilities", "BaseVector" })
            results.AssertNear(scored, column);
    }
}
