namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// How near latent states are to one another, as a Markov chain: from state i, draw a row x that belongs to it, then a state j from
/// p(j|x), so that <c>T_ij = sum_x p(i|x) p(j|x) / sum_x p(i|x)</c>. States that share rows lead to one another; states with a gap
/// between them do not. The shares of the states are the chain's stationary distribution.
/// </summary>
/// <param name="states">K', the number of states.</param>
internal sealed class StateChain(int states)
{
    private readonly double[] _mass = new double[states];
    private readonly double[,] _shared = new double[states, states];
    private long _rows;

    public int States => states;

    /// <summary>Adds the posterior of one row, K' probabilities.</summary>
    public void Add(ReadOnlySpan<float> posterior)
    {
        for (int i = 0; i < states; i++)
        {
            if (posterior[i] == 0)
                continue;
            _mass[i] += posterior[i];
            for (int j = 0; j < states; j++)
                _shared[i, j] += (double)posterior[i] * posterior[j];
        }
        _rows++;
    }

    /// <summary>The share of the rows that belongs to a state.</summary>
    public double Share(int state) => _mass[state] / _rows;

    /// <summary>The sum of p(i|x) p(j|x) over the rows.</summary>
    public double Shared(int i, int j) => _shared[i, j];

    /// <summary>The probabilities of a step between the states named, (n, n): what would lead elsewhere is shared out among them.</summary>
    public double[][] Steps(IReadOnlyList<int> among)
    {
        var steps = new double[among.Count][];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = [.. among.Select(j => _shared[among[i], j])];
            Distributions.Normalize(steps[i]);
        }
        return steps;
    }
}
