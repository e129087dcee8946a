using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Draws latent states. Both engines draw by this code, and so the same states.</summary>
internal static class StateDraw
{
    /// <summary>A state each from the prior p(z).</summary>
    /// <param name="random">Where random numbers come from.</param>
    /// <param name="logWeights">ln p(z), K numbers; empty where all are 1 / K.</param>
    /// <param name="states">K.</param>
    /// <param name="drawn">Gets the states.</param>
    public static void Prior(RowStreams random, ReadOnlySpan<float> logWeights, int states, Span<int> drawn)
    {
        var weights = new float[logWeights.Length];
        if (weights.Length > 0)
            TensorPrimitives.SoftMax(logWeights, weights);
        for (int row = 0; row < drawn.Length; row++)
            drawn[row] = weights.Length == 0 ? random[row].NextInt(states) : Choose(weights, 1, (float)random[row].NextUniform());
    }

    /// <summary>ln 1 / K, K times.</summary>
    public static float[] EvenLogWeights(int states)
    {
        var even = new float[states];
        Array.Fill(even, (float)-Math.Log(states));
        return even;
    }

    /// <summary>The state at which the sum of the probabilities up to it passes <paramref name="uniform"/>.</summary>
    /// <param name="probabilities">The first of them, and each further one <paramref name="stride"/> behind the last.</param>
    /// <param name="stride">From one probability to the next.</param>
    /// <param name="uniform">In [0, 1).</param>
    public static int Choose(ReadOnlySpan<float> probabilities, int stride, float uniform)
    {
        int state = 0, last = (probabilities.Length - 1) / stride;
        while (state < last && (uniform -= probabilities[state * stride]) >= 0)
            state++;
        return state;
    }
}
