using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>What an application without the package on TorchSharp is told of a flow that takes it.</summary>
public class MissingLayersTests
{
    public static TheoryData<FlowLayer, FlowPattern, FlowMap> Lacking => new()
    {
        { FlowLayer.TransformationAutoregressive, FlowPattern.Coupling, FlowMap.Affine },
        { FlowLayer.Residual, FlowPattern.Coupling, FlowMap.Affine },
        { FlowLayer.Continuous, FlowPattern.Coupling, FlowMap.Affine },
        { FlowLayer.ElementwiseMap, FlowPattern.Recurrent, FlowMap.Affine },
        { FlowLayer.ElementwiseMap, FlowPattern.Coupling, FlowMap.MixtureOfGaussians },
    };

    [Theory]
    [MemberData(nameof(Lacking))]
    public void A_flow_that_takes_TorchSharp_names_the_package_before_a_row_is_read(FlowLayer layer, FlowPattern pattern, FlowMap map)
    {
        var architecture = new FlowArchitecture { Dimensions = 3, Layer = layer, Pattern = pattern, Map = map, Layers = 2, HiddenUnits = 4 };
        var rows = new ArrayRows([[1, 2, 3], [3, 4, 5]]);
        var error = Assert.Throws<InvalidOperationException>(() => FlowTrainer.Train(architecture, new TrainingSettings(), rows, null, null, new ListLog()));
        Assert.Equal(
            "This flow has layers that the TorchSharp engine alone has, which is in a package of its own: reference Microsoft.ML.NormalizingFlows.TorchSharp and TorchSharp-cpu in the application, or choose another Flow.Layer, Flow.Pattern or Flow.Map.",
            error.Message);
        Assert.Equal(0, rows.Passes);
    }

    [Theory]
    [InlineData(FlowMap.Additive)]
    [InlineData(FlowMap.SumOfSquares)]
    [InlineData(FlowMap.MixtureOfLogistics)]
    public void What_the_managed_engine_has_needs_no_other(FlowMap map)
    {
        foreach (FlowPattern pattern in new[] { FlowPattern.Coupling, FlowPattern.Autoregressive })
            Assert.Null(FlowEngines.Check(new FlowArchitecture { Dimensions = 3, Pattern = pattern, Map = map }.ToSpec(), ComputeDevice.Cpu));
    }
}
