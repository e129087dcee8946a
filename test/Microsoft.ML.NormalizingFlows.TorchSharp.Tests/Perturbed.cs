using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

/// <summary>Flows that are far from the identity without any training.</summary>
internal static class Perturbed
{
    /// <summary>A flow in evaluation mode whose parameters have all been moved by noise of the given size.</summary>
    public static VariationalFlow Flow(FlowArchitecture architecture, float size = 0.3f, ulong seed = 5)
    {
        var shift = Enumerable.Range(0, architecture.RowWidth).Select(d => 0.1f * d).ToArray();
        var scale = Enumerable.Range(0, architecture.RowWidth).Select(d => 1 + 0.2f * d).ToArray();
        var flow = Fresh.Flow(architecture, shift, scale);
        var random = new RandomStream(seed);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var parameter in flow.parameters())
        {
            var noise = new float[parameter.numel()];
            random.FillNormal(noise);
            parameter.copy_(parameter.Plus(tensor(noise, parameter.shape).Times(size)));
        }
        flow.eval();
        return flow;
    }
}
