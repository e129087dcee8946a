using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// The cells of one column as trees see them: in an order, or as categories.
/// </summary>
internal sealed class CellScale
{
    /// <summary>Outputs of a category; where it has more cells, the rarer ones share outputs.</summary>
    private const int MaximumCategories = 32;

    private const int RankOutputs = 5;

    private readonly double[] _shares;

    /// <param name="marginal">The cells.</param>
    /// <param name="isCategory">Whether they have no order.</param>
    /// <param name="counts">Training rows of each.</param>
    public CellScale(Marginal marginal, bool isCategory, int[] counts)
    {
        (IsCategory, Counts) = (isCategory, counts);
        double rows = counts.Sum(count => (double)count);
        _shares = [.. counts.Select(count => (count + 1.0 / counts.Length) / (rows + 1))];
        int first = Enumerable.Range(0, marginal.Count).FirstOrDefault(cell => !marginal.IsSingle(cell, out _), marginal.Count), missing = marginal.Has(double.NaN) ? 1 : 0;
        Ranges = new RankScale(_shares, first);
        // Numbers that have a cell each come in their order, behind missing ones.
        if (!isCategory && first == marginal.Count && first - missing > 1 && !NumberNames.Are([.. Enumerable.Range(missing, first - missing).Select(marginal.Least)], [.. counts.Skip(missing).Select(count => (long)count)], marginal.Grid))
            Neighbors = new RankScale(_shares, missing);
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

    /// <summary>The cells that several values share.</summary>
    public RankScale Ranges { get; }

    /// <summary>Of numbers that have a cell each and are no names, all of these: what is near one is likely where it is. Else null.</summary>
    public RankScale? Neighbors { get; }

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
