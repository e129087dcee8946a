using System.Globalization;
using Microsoft.ML.NormalizingFlows;

namespace Micro;

/// <summary>The shape of a linear layer, <c>Y = W X + b</c> with W (outputs, inputs) and a panel X (inputs, 128 points).</summary>
public sealed record LayerShape(FlowSize Size, string Layer, int Outputs, int Inputs)
{
    /// <summary>The layers of the network of a coupling, which sees one half of the features and gives a spline for each of the others.</summary>
    public static IEnumerable<LayerShape> OfCouplings() => Enum.GetValues<FlowSize>().SelectMany(OfCoupling);

    /// <summary>Features that the first layer of the flow maps.</summary>
    public static int MappedFeatures(int features) => (features + 1) / 2;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size}, {Layer} {Outputs}x{Inputs}");

    private static LayerShape[] OfCoupling(FlowSize size)
    {
        var flow = Workloads.Create(size, FlowPattern.Coupling).Architecture;
        int mapped = MappedFeatures(flow.Dimensions), parameters = 3 * flow.Bins - 1;
        return
        [
            new(size, "first", flow.HiddenUnits, flow.Dimensions - mapped),
            new(size, "hidden", flow.HiddenUnits, flow.HiddenUnits),
            new(size, "last", mapped * parameters, flow.HiddenUnits),
        ];
    }
}
