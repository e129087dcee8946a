using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>What a column is worth by one way to write it: the log-density of rows that its trees have not seen.</summary>
/// <param name="sample">(columns, rows): values.</param>
/// <param name="threads">How many.</param>
internal sealed class RelationTrial(double[][] sample, ParallelOptions threads)
{
    private const int HeldOutEvery = 3;

    private static readonly TreeSettings s_settings = new() { Trees = 4 };

    /// <summary>The rows that judge.</summary>
    public int[] HeldOut { get; } = [.. Enumerable.Range(0, sample[0].Length).Where(row => row % HeldOutEvery == 0)];

    /// <summary>The rows that trees are grown from.</summary>
    public int[] Training { get; } = [.. Enumerable.Range(0, sample[0].Length).Where(row => row % HeldOutEvery != 0)];

    /// <summary>What each held-out row's column is worth by its code, or by the two of it where a relation is tried.</summary>
    /// <param name="codes">Those before it, and its own one or two.</param>
    public TrialRow[] Run(IReadOnlyList<ColumnCode> codes)
    {
        int[] test = HeldOut, train = Training;
        bool isRelated = codes.Count > 1 && codes[^2].Relation is not null;
        var cells = new TrainingCells(codes, Encode(codes, train, out _), threads);
        var columns = new ColumnTrees[codes.Count];
        int first = codes.Count - (isRelated ? 2 : 1);
        CellTree[] trees = [];
        for (int place = first; place < codes.Count; place++)
            columns[place] = new ColumnTrees(place, cells.Scales, trees = Trees(cells, place), s_settings, LeafMixture.Of(cells.Scales[place], s_settings));
        var rows = Encode(codes, test, out var volumes);
        var result = new TrialRow[test.Length];
        Parallel.For(0, test.Length, threads, row =>
        {
            bool isTold = isRelated && !codes[first].IsFree(rows[row][first]);
            double log = columns[first].LogProbability(rows[row], rows[row][first]) + volumes[row][first];
            if (isRelated && !isTold)
                log += columns[^1].LogProbability(rows[row], rows[row][^1]) + volumes[row][^1];
            result[row] = isRelated
                ? new TrialRow(log, isTold, double.NaN, double.NaN)
                : new TrialRow(log, isTold, Median(trees, rows[row], cells.Scales, codes[^1].Marginal), codes[^1].Marginal.Least(columns[^1].Draw(rows[row], RandomStream.For(0, "drawn", (ulong)row))));
        });
        return result;
    }

    // Of the values of the leaves of a row, each leaf as much as another; NaN where there are none.
    private static double Median(CellTree[] trees, ReadOnlySpan<int> row, CellScale[] scales, Marginal marginal)
    {
        var values = new List<(double Value, double Share)>();
        foreach (var tree in trees)
        {
            int leaf = tree.Leaf(row, scales);
            var places = Enumerable.Range(tree.Starts[leaf], tree.Starts[leaf + 1] - tree.Starts[leaf]).Where(i => !double.IsNaN(marginal.Least(tree.Cells[i]))).ToArray();
            double rows = places.Sum(i => (double)tree.Counts[i]);
            values.AddRange(places.Select(i => (marginal.Least(tree.Cells[i]), tree.Counts[i] / rows)));
        }
        values.Sort();
        double left = values.Sum(one => one.Share) / 2;
        foreach (var (value, share) in values)
        {
            left -= share;
            if (left <= 0)
                return value;
        }
        return double.NaN;
    }

    private CellTree[] Trees(TrainingCells cells, int place)
    {
        int[] telling = cells.Telling(place);
        if (telling.Length == 0 || place == 0)
            return [];
        var trees = new CellTree[s_settings.Trees];
        Parallel.For(0, trees.Length, threads, tree =>
            trees[tree] = cells.Grow(place, TreeTraining.Some(telling, s_settings, RandomStream.For(0, "trial", (ulong)tree)), s_settings.MinimumLeaf));
        return trees;
    }

    private CellRows Encode(IReadOnlyList<ColumnCode> codes, int[] rows, out double[][] volumes)
    {
        var encoded = new CellRows(codes.Count, columns: 0);
        volumes = new double[rows.Length][];
        var values = new double[sample.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int column = 0; column < values.Length; column++)
                values[column] = sample[column][rows[i]];
            var cells = encoded.Add();
            volumes[i] = new double[codes.Count];
            for (int place = 0; place < codes.Count; place++)
                volumes[i][place] = codes[place].EncodeAny(values, out cells[place]);
        }
        return encoded;
    }
}

/// <summary>A held-out row of a trial.</summary>
/// <param name="Log">ln of the density of its value.</param>
/// <param name="IsTold">Whether a relation tells it.</param>
/// <param name="Median">The median of the column by the trees, NaN where there are none or a relation is tried.</param>
/// <param name="Drawn">A value that they draw in its place; NaN likewise.</param>
internal readonly record struct TrialRow(double Log, bool IsTold, double Median, double Drawn);
