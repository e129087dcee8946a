using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The orders of features in a flow: what stands in front of each layer, and which half a coupling maps.</summary>
internal static class FeatureOrder
{
    /// <summary>Feature i behind the permutation in front of a layer is feature <c>order[i]</c> before it.</summary>
    public static int[] Permutation(FlowArchitecture architecture, int layer)
    {
        int[] order = [.. Enumerable.Range(0, architecture.Dimensions)];
        switch (architecture.Permutation)
        {
            case FlowPermutation.Random:
                RandomStream.For(architecture.Seed, "permutation", (ulong)layer).Shuffle<int>(order);
                return order;
            case FlowPermutation.Reverse:
                Array.Reverse(order);
                return order;
            default:
                throw new ArgumentException($"{architecture.Permutation} is no permutation of a flow.");
        }
    }

    /// <summary>
    /// Which features a coupling maps, alternating from layer to layer: even ones first, odd ones next. A single feature always is
    /// mapped.
    /// </summary>
    public static bool[] CouplingMask(int dimensions, int layer)
    {
        var mask = new bool[dimensions];
        for (int i = 0; i < dimensions; i++)
            mask[i] = dimensions == 1 || (i + layer) % 2 == 0;
        return mask;
    }
}
