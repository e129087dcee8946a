using System.Diagnostics;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>Grows the trees of all columns, each for itself, on several threads.</summary>
internal static class TreeTraining
{
    private const int MaximumRows = 100_000;

    /// <param name="codes">The columns.</param>
    /// <param name="rows">To learn, 1 or more.</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">Where all that is random comes from.</param>
    /// <param name="threads">How many.</param>
    /// <param name="progress">Is told of each tree; null for none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TreeModel Run(IReadOnlyList<ColumnCode> codes, CellRows rows, TreeSettings settings, ulong seed, int threads, IProgress<SynthesizerProgress>? progress, CancellationToken cancellation)
    {
        int width = codes.Count;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var cells = new TrainingCells(codes, rows, options);
        var watch = Stopwatch.StartNew();
        double work = Enumerable.Range(1, Math.Max(0, width - 1)).Sum() * (double)settings.Trees, done = 0;
        object turn = new();
        int[][] telling = [.. Enumerable.Range(0, width).Select(cells.Telling)];
        CellTree[][] trees = [.. telling.Select((own, place) => place == 0 || own.Length == 0 ? [] : new CellTree[settings.Trees])];
        // The last columns, which have most before them, first.
        Parallel.ForEach(Enumerable.Range(0, (width - 1) * settings.Trees), options, task =>
        {
            int place = width - 1 - task / settings.Trees, tree = task % settings.Trees;
            if (tree < trees[place].Length)
                trees[place][tree] = cells.Grow(place, Some(telling[place], settings, RandomStream.For(RandomStream.Derive(seed, "tree", (ulong)place), "tree", (ulong)tree)), settings.MinimumLeaf);
            Report(place);
        });
        return new TreeModel(settings, cells.Counts, trees, CellRuleSearch.Of(codes, cells, options));

        // A tree takes as long as there are columns before its own.
        void Report(int part)
        {
            lock (turn)
            {
                done += part;
                progress?.Report(new SynthesizerProgress(done / work, watch.Elapsed, watch.Elapsed * ((work - done) / done)));
            }
        }
    }

    /// <summary>The rows that one tree sees, in order.</summary>
    public static int[] Some(int[] rows, TreeSettings settings, RandomStream random)
    {
        int wanted = Math.Min(MaximumRows, (int)Math.Ceiling(settings.RowShare * rows.Length));
        if (wanted >= rows.Length)
            return rows;
        int[] some = [.. rows];
        random.Shuffle(some.AsSpan());
        some = some[..wanted];
        Array.Sort(some);
        return some;
    }
}
