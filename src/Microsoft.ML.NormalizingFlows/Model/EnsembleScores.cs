namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The scores of the members of an <see cref="Ensemble"/> and what follows from them for a row:
/// <c>log p(x) = logsumexp_m log p_m(x) - ln M</c>; the share of a member <c>w_m = p_m(x) / sum p(x)</c>;
/// <c>p(m, z|x) = w_m p_m(z|x)</c>. The ELBO is the same mean over the members' bounds, and what pruning leaves out is at most
/// <c>ln sum_m w_m exp(bound_m)</c>.
/// </summary>
internal sealed class EnsembleScores
{
    private readonly FlowScores[] _members;
    private readonly double[] _shares;
    private readonly FlowScores _whole;

    /// <param name="members">The shapes of the members.</param>
    /// <param name="whole">Gets the scores of the ensemble.</param>
    /// <param name="rows">Rows at most.</param>
    public EnsembleScores(IEnumerable<FlowShape> members, FlowScores whole, int rows)
    {
        _whole = whole;
        var outputs = whole.Outputs | FlowOutputs.LogDensity;
        if (whole.Outputs.HasFlag(FlowOutputs.BaseVector))
            outputs |= FlowOutputs.Posterior;
        _members = [.. members.Select(member => new FlowScores(member, outputs, rows) { PrunedProbability = whole.PrunedProbability })];
        _shares = new double[_members.Length];
    }

    /// <summary>The buffers of one member.</summary>
    public FlowScores Of(int member) => _members[member];

    /// <summary>Fills the scores of the ensemble from those of its members.</summary>
    public void Combine(int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            double logDensity = LogMean(row, static scores => scores.LogDensity);
            if (_whole.LogDensity.Length > 0)
                _whole.LogDensity[row] = (float)logDensity;
            if (_whole.Elbo.Length > 0)
                _whole.Elbo[row] = (float)LogMean(row, static scores => scores.Elbo);
            for (int m = 0; m < _members.Length; m++)
                _shares[m] = Math.Exp(_members[m].LogDensity[row] - logDensity) / _members.Length;
            if (_whole.Posterior.Length > 0)
                CombinePosterior(row);
            if (_whole.PruningBound.Length > 0)
                _whole.PruningBound[row] = (float)LeftOut(row);
            if (_whole.BaseVector.Length > 0)
                CopyBaseVector(row);
        }
    }

    private double LogMean(int row, Func<FlowScores, float[]> part)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (var member in _members)
            most = Math.Max(most, part(member)[row]);
        foreach (var member in _members)
            sum += Math.Exp(part(member)[row] - most);
        return most + Math.Log(sum / _members.Length);
    }

    private double LeftOut(int row)
    {
        double sum = 0;
        for (int m = 0; m < _members.Length; m++)
            sum += _shares[m] * Math.Exp(_members[m].PruningBound[row]);
        return Math.Log(Math.Max(1, sum));
    }

    private void CombinePosterior(int row)
    {
        int states = _whole.States, next = row * states;
        for (int m = 0; m < _members.Length; m++)
        {
            foreach (float probability in Posterior(m, row))
                _whole.Posterior[next++] = (float)(_shares[m] * probability);
        }
    }

    // Of the member that has the most likely of all states.
    private void CopyBaseVector(int row)
    {
        int best = 0;
        double most = -1;
        for (int m = 0; m < _members.Length; m++)
        {
            foreach (float probability in Posterior(m, row))
            {
                if (_shares[m] * probability > most)
                    (most, best) = (_shares[m] * probability, m);
            }
        }
        int dimensions = _whole.BaseVector.Length / _whole.Capacity;
        _members[best].BaseVector.AsSpan(row * dimensions, dimensions).CopyTo(_whole.BaseVector.AsSpan(row * dimensions));
    }

    private ReadOnlySpan<float> Posterior(int member, int row)
    {
        int states = _members[member].States;
        return _members[member].Posterior.AsSpan(row * states, states);
    }
}
