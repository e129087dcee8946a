using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// The cells of one column as trees see them: in an order, or as categories, and of numbers that share cells each with its part of
/// the unit interval, as long as its share of their rows. So a number becomes its rank, whose marginal density is 1.
/// </summary>
internal sealed class CellScale
{
    /// <summary>Outputs of a category; where it has more cells, the rarer ones share outputs.</summary>
    private const int MaximumCategories = 32;

    private const int RankOutputs = 5;

    private readonly int _firstRange;
    private readonly double[] _ends;
    private readonly double[] _shares;

    /// <param name="marginal">The cells.</param>
    /// <param name="isCategory">Whether they have no order.</param>
    /// <param name="counts">Training rows of each.</param>
    public CellScale(Marginal marginal, bool isCategory, int[] counts)
    {
        (IsCategory, Counts) = (isCategory, counts);
        double rows = counts.Sum(count => (double)count);
        _shares = [.. counts.Select(count => (count + 1.0 / counts.Length) / (rows + 1))];
        _firstRange = Enumerable.Range(0, marginal.Count).FirstOrDefault(cell => !marginal.IsSingle(cell, out _), marginal.Count);
        _ends = new double[marginal.Count - _firstRange + 1];
        for (int range = 1; range < _ends.Length; range++)
            _ends[range] = _ends[range - 1] + _shares[_firstRange + range - 1];
        for (int range = 1; range < _ends.Length; range++)
            _ends[range] /= _ends[^1];
        int[] ordered = isCategory
            ? [.. Enumerable.Range(0, counts.Length).OrderByDescending(cell => counts[cell])]
            : [.. Enumerable.Range(0, counts.Length).OrderBy(marginal.Least)];     // NaN first
        Places = new int[counts.Length];
        for (int place = 0; place < ordered.Length; place++)
            Places[ordered[place]] = place;
        Width = isCategory ? Math.Min(counts.Length, MaximumCategories) : RankOutputs;
        Outputs = new float[counts.Length * Width];
        double below = 0;
        foreach (int cell in ordered)
        {
            var own = Outputs.AsSpan(cell * Width, Width);
            if (!isCategory)
                Rank(below + _shares[cell] / 2, own);
            else
                own[Places[cell] < Width ? Places[cell] : Width / 2 + Places[cell] % (Width - Width / 2)] = 1;
            below += _shares[cell];
        }
    }

    public int Count => Counts.Length;

    public bool IsCategory { get; }

    /// <summary>Training rows of each cell.</summary>
    public int[] Counts { get; }

    /// <summary>The place of each cell in the order of values, missing ones first; of a category by its frequency.</summary>
    public int[] Places { get; }

    /// <summary>How many numbers a tree is to tell of each cell.</summary>
    public int Width { get; }

    /// <summary>(cells, <see cref="Width"/>): the numbers whose means differ between the parts that a tree makes.</summary>
    public float[] Outputs { get; }

    /// <summary>The share of a cell among all rows, above 0.</summary>
    public double Share(int cell) => _shares[cell];

    /// <summary>Whether values share a cell, so that it has a part of the unit interval.</summary>
    public bool IsRange(int cell) => cell >= _firstRange;

    /// <summary>Where the part of a cell begins and ends.</summary>
    public (double Low, double High) Part(int cell) => (_ends[cell - _firstRange], _ends[cell - _firstRange + 1]);

    /// <summary>The cell whose part a number in [0, 1] lies in.</summary>
    public int At(double rank)
    {
        int at = Array.BinarySearch(_ends, rank);
        return _firstRange + Math.Clamp(at < 0 ? ~at - 1 : at, 0, _ends.Length - 2);
    }

    // The rank itself, and waves along it, by which parts differ that spread otherwise or have several modes.
    private static void Rank(double rank, Span<float> outputs)
    {
        const double Amplitude = 0.2;
        outputs[0] = (float)rank;
        ReadOnlySpan<int> waves = [2, 3, 4, 6];
        for (int i = 0; i < waves.Length; i++)
            outputs[i + 1] = (float)(Amplitude * Math.Cos(waves[i] * Math.PI * rank));
    }
}
