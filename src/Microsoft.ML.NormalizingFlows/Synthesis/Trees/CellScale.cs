using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// The cells of one column as trees see them: in an order, or as categories.
/// </summary>
internal sealed class CellScale
{
    /// <summary>Outputs of a category; where it has more cells, the rarer ones share outputs.</summary>
    private const int MaximumCategories = 32;

    /// <summary>Outputs of a number: its rank, waves along it, and its value.</summary>
    private const int NumberOutputs = 6;

    /// <summary>
    /// Values of a number that have an output of their own: all where they are few, and among numbers that share cells the missing value and the most frequent ones, of one row in so
    /// many. The ranks of rare ones lie so close together that trees would not tell them apart.
    /// </summary>
    private const int MaximumFew = 8, MaximumFrequent = 3, RowsOfFrequent = 200;

    private readonly double[] _shares;
    private readonly Lazy<(int Width, float[] Values)> _outputs;

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
        // Of no use but to grow trees.
        _outputs = new(() => ToOutputs(marginal, ordered, areAllSingle: first == marginal.Count));
    }

    public int Count => Counts.Length;

    public bool IsCategory { get; }

    /// <summary>Training rows of each cell.</summary>
    public int[] Counts { get; }

    /// <summary>The place of each cell in the order of values, missing ones first; of a category by its frequency.</summary>
    public int[] Places { get; }

    /// <summary>How many numbers a tree is to tell of each cell.</summary>
    public int Width => _outputs.Value.Width;

    /// <summary>(cells, <see cref="Width"/>): the numbers whose means differ between the parts that a tree makes.</summary>
    public float[] Outputs => _outputs.Value.Values;

    /// <summary>The share of a cell among all rows, above 0.</summary>
    public double Share(int cell) => _shares[cell];

    /// <summary>The cells that several values share.</summary>
    public RankScale Ranges { get; }

    /// <summary>Of numbers that have a cell each and are no names, all of these: what is near one is likely where it is. Else null.</summary>
    public RankScale? Neighbors { get; }

    private (int Width, float[] Values) ToOutputs(Marginal marginal, int[] ordered, bool areAllSingle)
    {
        int[] alone = IsCategory ? [] : Alone(marginal, Counts, areAllSingle);
        int width = IsCategory ? Math.Min(Count, MaximumCategories) : NumberOutputs + alone.Length;
        var outputs = new float[Count * width];
        double[] values = IsCategory ? [] : Standardized([.. Enumerable.Range(0, Count).Select(marginal.Least)], Counts);
        double below = 0;
        foreach (int cell in ordered)
        {
            var own = outputs.AsSpan(cell * width, width);
            if (IsCategory)
            {
                own[Places[cell] < width ? Places[cell] : width / 2 + Places[cell] % (width - width / 2)] = 1;
                continue;
            }
            Number(below + _shares[cell] / 2, values[cell], own);
            if (Array.IndexOf(alone, cell) is var at and >= 0)
                own[NumberOutputs + at] = 1;
            below += _shares[cell];
        }
        return (width, outputs);
    }

    // The values that have an output of their own.
    private static int[] Alone(Marginal marginal, int[] counts, bool areAll)
    {
        int[] single = [.. Enumerable.Range(0, counts.Length).Where(cell => marginal.IsSingle(cell, out _))];
        if (areAll)
            return single.Length <= MaximumFew ? single : [];
        double least = counts.Sum(count => (double)count) / RowsOfFrequent;
        return [.. single.Where(cell => counts[cell] >= least).OrderByDescending(cell => double.IsNaN(marginal.Least(cell))).ThenByDescending(cell => counts[cell]).Take(MaximumFrequent)];
    }

    // The rank itself, waves along it, by which parts differ that spread otherwise or have several modes, and the value, since ranks say nothing of how heavy a tail is.
    private static void Number(double rank, double value, Span<float> outputs)
    {
        const double OfWaves = 0.2, OfValue = 0.2;
        ReadOnlySpan<int> waves = [2, 3, 4, 6];
        outputs[0] = (float)rank;
        for (int i = 0; i < waves.Length; i++)
            outputs[i + 1] = (float)(OfWaves * Math.Cos(waves[i] * Math.PI * rank));
        outputs[waves.Length + 1] = (float)(OfValue * value);
    }

    // In standard deviations from the mean; 0 where missing.
    private static double[] Standardized(double[] values, int[] counts)
    {
        double greatest = values.Where(value => !double.IsNaN(value)).Select(Math.Abs).DefaultIfEmpty().Max(), rows = 0, mean = 0, squares = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
                continue;
            values[i] = greatest > 0 ? values[i] / greatest : 0;
            rows += counts[i];
            double difference = values[i] - mean;
            mean += rows > 0 ? difference * counts[i] / rows : 0;
            squares += counts[i] * difference * (values[i] - mean);
        }
        double deviation = Math.Sqrt(squares / rows);
        return [.. values.Select(value => deviation > 0 && !double.IsNaN(value) ? (value - mean) / deviation : 0)];
    }
}
