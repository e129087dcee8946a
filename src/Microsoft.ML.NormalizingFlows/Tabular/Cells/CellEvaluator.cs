using System.Collections.Concurrent;
using Microsoft.ML.NormalizingFlows.Compiled.Kernels;
using Microsoft.ML.NormalizingFlows.Compiled.Lanes;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tabular.Cells;

/// <summary>Scores and completes rows panel by panel, on several threads; each panel has a seed of its own, so that threads change nothing.</summary>
internal sealed class CellEvaluator<T>(CellNetwork<T> network, int threads) : ICellEvaluator
    where T : unmanaged, ILanes<T>
{
    private readonly ConcurrentBag<CellPanel<T>> _idle = [];
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    public CellShape Shape => network.Shape;

    public void Score(CellRows rows, Span<double> logProbabilities)
    {
        int panels = (rows.Count + Panel.Columns - 1) / Panel.Columns;
        var results = new double[rows.Count];
        ForEachPanel(panels, (panel, number) => Score(panel, rows, number * Panel.Columns, results));
        results.CopyTo(logProbabilities);
    }

    public void Complete(CellRows rows, ReadOnlySpan<short> excluded, ulong seed)
    {
        var starts = ShareOut(rows);
        short[] without = excluded.ToArray();
        ForEachPanel(starts.Count - 1, (panel, number) =>
            new CellCompletion<T>(network, panel, without, RandomStream.For(seed, "panel", (ulong)number)).Run(rows, starts[number], starts[number + 1]));
    }

    private void Score(CellPanel<T> panel, CellRows rows, int start, double[] results)
    {
        int count = Math.Min(Panel.Columns, rows.Count - start);
        panel.Clear(count);
        for (int row = 0; row < count; row++)
            panel.Set(row, rows[start + row]);
        panel.Forward(dropoutSeed: null);
        for (int digit = 0; digit < Shape.Digits; digit++)
        {
            var shares = panel.Softmax(digit);
            for (int row = 0; row < count; row++)
            {
                if (rows[start + row][digit] is >= 0 and var code)
                    results[start + row] += Math.Log(Math.Max(shares[code * Panel.Columns + row], CellLimits.LeastProbability));
            }
        }
    }

    // The first row of each panel, and the end.
    private static List<int> ShareOut(CellRows rows)
    {
        var starts = new List<int> { 0 };
        for (int row = 0, taken = 0; row < rows.Count; row++)
        {
            int particles = CellCompletion<T>.ParticlesFor(rows[row]);
            if (taken + particles > Panel.Columns)
            {
                starts.Add(row);
                taken = 0;
            }
            taken += particles;
        }
        starts.Add(rows.Count);
        return starts;
    }

    private void ForEachPanel(int panels, Action<CellPanel<T>, int> work) =>
        Parallel.For(
            0, panels, _options,
            () => _idle.TryTake(out var panel) ? panel : new CellPanel<T>(network),
            (number, _, panel) =>
            {
                work(panel, number);
                return panel;
            },
            _idle.Add);
}
