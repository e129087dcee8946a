using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The mean of the weights over about the last <c>share</c> of the steps done, by polynomial decay (Shamir and Zhang 2013): the n-th
/// weights count <c>1 / (share n)</c> beside what was averaged before, the first <c>1 / share</c> replace it. The window grows with the training,
/// so that the average forgets the start and needs no start of its own. The standardisation, equal in all, stays as it is.
/// </summary>
/// <remarks>Weights that jump about under large steps have a mean near the bottom of the valley: it has the density that smaller steps would lead to.</remarks>
internal sealed class WeightAverage(double share)
{
    /// <summary>The average; empty before anything was added.</summary>
    public IReadOnlyList<NamedArray> Weights { get; private set; } = [];

    /// <summary>Adds the <paramref name="n"/>-th weights, from 1, which it may keep.</summary>
    public void Add(IReadOnlyList<NamedArray> weights, long n)
    {
        double part = 1 / (share * n);
        if (part >= 1 || Weights.Count == 0)
        {
            Weights = weights;
            return;
        }
        foreach (var (average, fresh) in Weights.Zip(weights))
            Approach(average.Values, fresh.Values, (float)part);
    }

    /// <summary>A copy that further weights leave alone.</summary>
    public IReadOnlyList<NamedArray> Copy() => [.. Weights.Select(array => array with { Values = [.. array.Values] })];

    /// <summary>Goes on from an average of before.</summary>
    public void Load(IReadOnlyList<NamedArray> weights) => Weights = weights;

    // In this form equal values stay what they are.
    private static void Approach(Span<float> average, ReadOnlySpan<float> fresh, float part)
    {
        for (int i = 0; i < average.Length; i++)
            average[i] += part * (fresh[i] - average[i]);
    }
}
