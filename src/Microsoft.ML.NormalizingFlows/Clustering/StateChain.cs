namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>
/// How near latent states are to one another, as a Markov chain: from state i, draw a row x that belongs to it, then a state j from
/// p(j|x), so that <c>T_ij = sum_x p(i|x) p(j|x) / sum_x p(i|x)</c>. States that share rows lead to one another; states with a gap
/// between them do not. The shares of the states are the chain's stationary distribution.
/// </summary>
/// <param name="states">K', the number of states.</param>
internal sealed class StateChain(int states)
{
    /// <summary>What may lead from one part to another: the states of one cluster share far more of their rows, and those of two that stand apart none.</summary>
    private const double Leak = 1e-3;

    /// <summary>Of the rows: fewer are outliers and no part.</summary>
    private const double MinimumShare = 0.01;

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

    /// <summary>
    /// How many parts the states fall into between which next to no step leads, neither way; parts with next to no rows are left out.
    /// </summary>
    public int PartsApart()
    {
        int[] part = [.. Enumerable.Range(0, states)];
        for (int i = 0; i < states; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (part[i] != part[j] && _shared[i, j] > Leak * Math.Min(_mass[i], _mass[j]))
                    Array.ForEach([.. Enumerable.Range(0, states).Where(state => part[state] == part[j])], state => part[state] = part[i]);
            }
        }
        return Enumerable.Range(0, states).GroupBy(state => part[state]).Count(own => own.Sum(Share) >= MinimumShare);
    }

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
