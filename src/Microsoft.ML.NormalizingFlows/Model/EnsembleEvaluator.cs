using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Scores and samples an ensemble of M flows, whichever engine they run on. Its density is the mean of theirs, each with its share,
/// <c>log p(x) = logsumexp_m (ln s_m + log p_m(x))</c>: by Jensen's inequality at least the mean of their log-densities. The ELBO is the same mean over
/// their bounds. What pruning leaves out is at most <c>ln sum_m w_m exp(bound_m)</c>, with the part that a member has in the density of the row,
/// <c>w_m = s_m p_m(x) / p(x)</c>.
/// </summary>
/// <remarks>
/// Which member a row fits is no latent, and the states of one member have nothing in common with those of another: what is said of the latent and
/// of the base is that of the first member, for all rows.
/// </remarks>
internal sealed class EnsembleEvaluator : IFlowEvaluator
{
    private const FlowOutputs OfFirst = FlowOutputs.Posterior | FlowOutputs.BaseVector | FlowOutputs.LatentMoments | FlowOutputs.EffectiveSampleSize;

    private readonly IReadOnlyList<IFlowEvaluator> _members;
    private readonly IReadOnlyList<double> _shares;

    /// <param name="members">Two or more, over the same features; disposed of with the ensemble.</param>
    /// <param name="shares">That of each in the density; together 1.</param>
    public EnsembleEvaluator(IReadOnlyList<IFlowEvaluator> members, IReadOnlyList<double> shares) => (_members, _shares) = (members, shares);

    /// <summary>That of the first member.</summary>
    public FlowShape Shape => _members[0].Shape;

    /// <summary>The seed of member <paramref name="index"/>; the first keeps that of the model.</summary>
    public static ulong Seed(ulong seed, int index) => index == 0 ? seed : RandomStream.Derive(seed, "member", (ulong)index);

    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        var first = scores.Outputs & OfFirst;
        var all = scores.Outputs & ~OfFirst;
        if (all == FlowOutputs.None)
        {
            _members[0].Score(rows, count, scores);
            return;
        }
        if (all.HasFlag(FlowOutputs.PruningBound))
            all |= FlowOutputs.LogDensity;      // which says how much of the whole a member is
        var parts = new FlowScores[_members.Count];
        for (int m = 0; m < parts.Length; m++)
        {
            var outputs = m == 0 ? all | first : all;
            parts[m] = new FlowScores(_members[m].Shape, outputs, count) { PrunedProbability = scores.PrunedProbability, Draws = scores.Draws };
            _members[m].Score(rows, count, parts[m]);
        }
        Combine(parts, count, scores);
        parts[0].Posterior.CopyTo(scores.Posterior, 0);
        parts[0].BaseVector.CopyTo(scores.BaseVector, 0);
        parts[0].LatentMean.CopyTo(scores.LatentMean, 0);
        parts[0].LatentDeviation.CopyTo(scores.LatentDeviation, 0);
        parts[0].EffectiveSampleSize.CopyTo(scores.EffectiveSampleSize, 0);
    }

    /// <summary>
    /// A member for each row, each as often as its share says, then the rows of each member in turn. A state, and a continuous latent, are those of the first member; the state of
    /// a plain flow, which has but one, is no restriction.
    /// </summary>
    public void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default)
    {
        if ((state is not null && Shape.States > 1) || !latents.IsEmpty)
        {
            _members[0].Sample(count, random, state, rows, latents);
            return;
        }
        var owner = new int[count];
        for (int i = 0; i < count; i++)
            owner[i] = Owner(random[i]);
        int width = Shape.Width;
        var drawn = new float[count * width];
        for (int m = 0; m < _members.Count; m++)
        {
            int[] own = [.. Enumerable.Range(0, count).Where(row => owner[row] == m)];
            for (int i = 0; i < own.Length; i++)
                rows.Slice(own[i] * width, width).CopyTo(drawn.AsSpan(i * width));
            _members[m].Sample(own.Length, random.Of(own), null, drawn.AsSpan(0, own.Length * width));
            for (int i = 0; i < own.Length; i++)
                drawn.AsSpan(i * width, width).CopyTo(rows[(own[i] * width)..]);
        }
    }

    public void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values) =>
        QuantileSearch.OfEnsemble(this, _members, rows, count, levels, values);

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
    }

    private int Owner(RandomStream random)
    {
        if (_shares.All(share => share == _shares[0]))
            return random.NextInt(_shares.Count);
        double left = random.NextUniform();
        int member = 0;
        while (member < _shares.Count - 1 && (left -= _shares[member]) >= 0)
            member++;
        return member;
    }

    private void Combine(FlowScores[] members, int rows, FlowScores whole)
    {
        for (int row = 0; row < rows; row++)
        {
            double logDensity = members[0].LogDensity.Length > 0 ? LogMean(members, row, static scores => scores.LogDensity) : 0;
            if (whole.LogDensity.Length > 0)
                whole.LogDensity[row] = (float)logDensity;
            if (whole.Elbo.Length > 0)
                whole.Elbo[row] = (float)LogMean(members, row, static scores => scores.Elbo);
            if (whole.Cumulative.Length > 0)
                whole.Cumulative[row] = Mean(members, row);
            if (whole.PruningBound.Length > 0)
                whole.PruningBound[row] = (float)LeftOut(members, row, logDensity);
        }
    }

    private float Mean(FlowScores[] members, int row)
    {
        double sum = 0;
        for (int m = 0; m < members.Length; m++)
            sum += _shares[m] * members[m].Cumulative[row];
        return (float)sum;
    }

    private double LogMean(FlowScores[] members, int row, Func<FlowScores, float[]> part)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (var member in members)
            most = Math.Max(most, part(member)[row]);
        for (int m = 0; m < members.Length; m++)
            sum += _shares[m] * Math.Exp(part(members[m])[row] - most);
        return most + Math.Log(sum);
    }

    private double LeftOut(FlowScores[] members, int row, double logDensity)
    {
        double sum = 0;
        for (int m = 0; m < members.Length; m++)
            sum += _shares[m] * Math.Exp(members[m].LogDensity[row] - logDensity + members[m].PruningBound[row]);
        return Math.Log(Math.Max(1, sum));
    }
}
