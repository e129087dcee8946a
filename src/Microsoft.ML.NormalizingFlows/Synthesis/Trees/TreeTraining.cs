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
    /// <param name="whenCancelled">Whether the trees that are there are kept then, where each column has one.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, and nothing is kept.</exception>
    public static TreeModel Run(
        IReadOnlyList<ColumnCode> codes, CellRows rows, TreeSettings settings, ulong seed, int threads, IProgress<SynthesizerProgress>? progress, CancellationToken cancellation,
        WhenCancelled whenCancelled = WhenCancelled.Throw)
    {
        int width = codes.Count;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var cells = new TrainingCells(codes, rows, options);
        var watch = Stopwatch.StartNew();
        double work = Enumerable.Range(1, Math.Max(0, width - 1)).Sum() * (double)settings.Trees, done = 0;
        object turn = new();
        (int[] Grown, int[] HeldOut)[] telling = [.. Enumerable.Range(0, width).Select(place => LeafMixture.Divide(cells.Scales[place], cells.Telling(place)))];
        CellTree[][] trees = [.. telling.Select((own, place) => place == 0 || own.Grown.Length == 0 ? [] : new CellTree[settings.Trees])];
        try
        {
            // The first tree of all columns, then the next; of these the last columns, which have most before them, first.
            Parallel.ForEach(Enumerable.Range(0, (width - 1) * settings.Trees), options, task =>
            {
                int place = width - 1 - task % (width - 1), tree = task / (width - 1);
                if (tree < trees[place].Length)
                    trees[place][tree] = cells.Grow(place, Some(telling[place].Grown, settings, RandomStream.For(RandomStream.Derive(seed, "tree", (ulong)place), "tree", (ulong)tree)), settings.MinimumLeaf);
                Report(place);
            });
        }
        catch (OperationCanceledException) when (whenCancelled == WhenCancelled.KeepBest && trees.All(own => own.Length == 0 || own[0] is not null))
        {
            trees = [.. trees.Select(own => own.Where(tree => tree is not null).ToArray())];
            options.CancellationToken = CancellationToken.None;
        }
        var mixtures = new LeafMixture[width];
        Parallel.For(0, width, options, place => mixtures[place] = LeafMixture.Fit(place, cells, telling[place].HeldOut, trees[place], settings));
        return new TreeModel(settings, cells.Counts, trees, mixtures, CellRuleSearch.Of(codes, cells, options));

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
