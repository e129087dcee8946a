using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Builds the layers of a <see cref="FlowSpec"/>. Their parameters are zeros: what a flow starts from, or has learned, is loaded into them.
/// Integer and boolean arrays (orders, masks) follow from the description and need no place in a file.
/// </summary>
internal static class FlowBuilder
{
    public static Composition Build(FlowSpec flow) => new([.. flow.Layers.Select(layer => Build(layer, flow))]);

    /// <exception cref="NotSupportedException">The engine does not know this kind of layer.</exception>
    private static Bijection Build(LayerSpec layer, FlowSpec flow) => layer switch
    {
        PermutationSpec permutation => new Permutation([.. permutation.Order.Select(feature => (long)feature)]),
        LinearSpec linear => new LULinear(flow.Dimensions, linear),
        StateStandardizationSpec => new StateStandardization(flow.States, flow.Dimensions, flow.ContextWidth),
        MapLayerSpec { Pattern: CouplingSpec pattern } map => BuildCoupling(pattern, map, flow),
        MapLayerSpec { Pattern: AutoregressiveSpec pattern } map => BuildAutoregressive(pattern, map, flow),
        MapLayerSpec { Pattern: RecurrentSpec } map => BuildRecurrent(map, flow),
        LeakySpec => new Leaky(flow.Dimensions),
        ResidualSpec residual => new ResidualLayer(flow.Dimensions, residual, flow.ContextWidth),
        ContinuousSpec continuous => new ContinuousFlow(flow.Dimensions, continuous, flow.ContextWidth),
        _ => throw Unknown(layer),
    };

    /// <exception cref="NotSupportedException">The engine does not know this kind of map.</exception>
    public static ElementwiseMap BuildMap(MapSpec map) => map switch
    {
        AffineMapSpec { Scale: AffineScale.SoftLimited } => new ExponentialAffineMap(),
        AffineMapSpec { Scale: AffineScale.Sigmoid } => new SigmoidAffineMap(),
        AffineMapSpec { Scale: AffineScale.Softplus } => new SoftplusAffineMap(),
        RationalQuadraticSplineMapSpec spline => new RationalQuadraticSplineMap(spline),
        SumOfSquaresMapSpec sums => new SumOfSquaresMap(sums),
        AdditiveMapSpec => new AdditiveMap(),
        MixtureMapSpec mixture => new MixtureMap(mixture),
        _ => throw Unknown(map),
    };

    private static Coupling BuildCoupling(CouplingSpec pattern, MapLayerSpec layer, FlowSpec flow)
    {
        var map = BuildMap(layer.Map);
        var network = new ResidualNetwork(
            pattern.InputWidth(flow.GivenWidth) - flow.GivenWidth, pattern.Mapped * map.ParametersPerFeature, flow.StateWidth, layer.Network, flow.GivenWidth);
        return new Coupling([.. pattern.Mask], map, network, layer.Network.LimitsInput);
    }

    private static MaskedAutoregressive BuildAutoregressive(AutoregressiveSpec pattern, MapLayerSpec layer, FlowSpec flow)
    {
        var map = BuildMap(layer.Map);
        int[] degrees = pattern.Degrees(flow.Dimensions, layer.Network);
        var network = new MaskedResidualNetwork(flow.Dimensions, map.ParametersPerFeature, degrees, flow.StateWidth, layer.Network.Blocks, flow.GivenWidth);
        return new MaskedAutoregressive(flow.Dimensions, map, network, layer.Network.LimitsInput);
    }

    private static RecurrentAutoregressive BuildRecurrent(MapLayerSpec layer, FlowSpec flow)
    {
        var map = BuildMap(layer.Map);
        return new RecurrentAutoregressive(
            flow.Dimensions, map, new RecurrentNetwork(flow.Dimensions, map.ParametersPerFeature, layer.Network, flow.StateWidth, flow.GivenWidth));
    }

    private static NotSupportedException Unknown(object kind) => new($"The TorchSharp engine does not know {kind.GetType().Name}.");
}
