using System.Diagnostics;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

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
        var cells = new int[width][];
        var counts = new int[width][];
        var scales = new CellScale[width];
        var places = new int[width][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, width, options, place =>
        {
            (cells[place], counts[place], places[place]) = (new int[rows.Count], new int[codes[place].Marginal.Count], new int[rows.Count]);
            for (int row = 0; row < rows.Count; row++)
                counts[place][cells[place][row] = rows[row][place]]++;
            scales[place] = new CellScale(codes[place].Marginal, !codes[place].Column.IsNumber, counts[place]);
            for (int row = 0; row < rows.Count; row++)
                places[place][row] = scales[place].Places[cells[place][row]];
        });
        var watch = Stopwatch.StartNew();
        double all = Enumerable.Range(1, Math.Max(0, width - 1)).Sum() * (double)settings.Trees, done = 0;
        object turn = new();
        CellTree[][] trees = [.. Enumerable.Range(0, width).Select(place => place == 0 ? [] : new CellTree[settings.Trees])];
        // The last columns, which have most before them, first.
        Parallel.ForEach(Enumerable.Range(0, (width - 1) * settings.Trees), options, task =>
        {
            int place = width - 1 - task / settings.Trees, tree = task % settings.Trees;
            var random = RandomStream.For(RandomStream.Derive(seed, "tree", (ulong)place), "tree", (ulong)tree);
            int[] own = [.. Enumerable.Range(0, rows.Count)];
            int wanted = Math.Min(MaximumRows, (int)Math.Ceiling(settings.RowShare * rows.Count));
            if (wanted < own.Length)
            {
                random.Shuffle(own.AsSpan());
                own = own[..wanted];
                Array.Sort(own);
            }
            trees[place][tree] = new TreeGrowth(places[..place], scales[..place], scales[place], cells[place], settings.MinimumLeaf).Run(own);
            Report(place);
        });
        return new TreeModel(settings, counts, trees);

        // A tree takes as long as there are columns before its own.
        void Report(int work)
        {
            lock (turn)
            {
                done += work;
                progress?.Report(new SynthesizerProgress(done / all, watch.Elapsed, watch.Elapsed * ((all - done) / done)));
            }
        }
    }
}
