using System.Numerics.Tensors;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>p(c|x), the sum of p(z|x) over the states z of cluster c.</summary>
internal static class ClusterProbabilities
{
    public static void Sum(ReadOnlySpan<float> posterior, int[] clusterOfState, Span<float> probabilities)
    {
        probabilities.Clear();
        for (int state = 0; state < posterior.Length; state++)
            probabilities[clusterOfState[state]] += posterior[state];
    }

    /// <summary>The cluster with the greatest probability; of equals, the first.</summary>
    public static int Maximum(ReadOnlySpan<float> probabilities) => TensorPrimitives.IndexOfMax(probabilities);
}
