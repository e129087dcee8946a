using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

/// <summary>Flows as training finds them.</summary>
internal static class Fresh
{
    /// <summary>The layers alone.</summary>
    public static Composition Layers(FlowArchitecture architecture)
    {
        var spec = architecture.ToSpec();
        var layers = FlowBuilder.Build(spec);
        var start = FlowStart.Create(spec, architecture.Seed, new float[spec.RowWidth], new float[spec.RowWidth]);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, parameter) in layers.named_parameters())
            FlowArrays.Assign(parameter, start.Single(array => array.Name == "flow." + name));
        return layers;
    }

    /// <summary>The whole, with its standardisation.</summary>
    public static VariationalFlow Flow(FlowArchitecture architecture, float[] shift, float[] scale)
    {
        var spec = architecture.ToSpec();
        var flow = new VariationalFlow(spec, shift, scale);
        FlowArrays.Load(flow, FlowStart.Create(spec, architecture.Seed, shift, scale).ToDictionary(array => array.Name));
        return flow;
    }
}
