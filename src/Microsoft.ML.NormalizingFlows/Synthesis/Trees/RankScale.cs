namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// The last cells of a column, in the order of their values, as parts of the unit interval, each as long as its share of their rows. So a number becomes its
/// rank, whose marginal density is 1.
/// </summary>
internal sealed class RankScale
{
    private readonly int _first;
    private readonly double[] _ends;

    /// <param name="shares">Of all cells among all rows, above 0.</param>
    /// <param name="first">The first of the cells that have a part.</param>
    public RankScale(double[] shares, int first)
    {
        (_first, _ends) = (first, new double[shares.Length - first + 1]);
        for (int i = 1; i < _ends.Length; i++)
            _ends[i] = _ends[i - 1] + shares[first + i - 1];
        for (int i = 1; i < _ends.Length; i++)
            _ends[i] /= _ends[^1];
    }

    /// <summary>Whether a cell has a part of the unit interval.</summary>
    public bool Has(int cell) => cell >= _first;

    /// <summary>Where the part of a cell begins and ends.</summary>
    public (double Low, double High) Part(int cell) => (_ends[cell - _first], _ends[cell - _first + 1]);

    /// <summary>The cell whose part a number in [0, 1] lies in.</summary>
    public int At(double rank)
    {
        int at = Array.BinarySearch(_ends, rank);
        return _first + Math.Clamp(at < 0 ? ~at - 1 : at, 0, _ends.Length - 2);
    }
}
