using System.Collections.Concurrent;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Cells;

/// <summary>Scores and draws rows panel by panel, on several threads; each row has a seed of its own, so that threads change nothing.</summary>
internal sealed class CellEvaluator<T>(CellNetwork<T> network, int threads) : ICellEvaluator
    where T : unmanaged, ILanes<T>
{
    private readonly ConcurrentBag<CellPanel<T>> _idle = [];
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    public CellShape Shape => network.Shape;

    public int Threads => threads;

    public void Score(CellRows rows, Span<double> logProbabilities)
    {
        var results = new double[rows.Count];
        ForEachPanel(rows.Count, (panel, start) => Score(panel, rows, start, results));
        results.CopyTo(logProbabilities);
    }

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights) => ForEachPanel(
        rows.Count, (panel, start) => new CellDraw<T>(network, panel, weights).Run(rows, start, seeds, logWeights));

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
                    results[start + row] += Math.Log(Math.Max(shares[code * Panel.Columns + row], CellShape.MinimumProbability));
            }
        }
    }

    // The work is told the first row of its panel.
    private void ForEachPanel(int rows, Action<CellPanel<T>, int> work) =>
        Parallel.For(
            0, (rows + Panel.Columns - 1) / Panel.Columns, _options,
            () => _idle.TryTake(out var panel) ? panel : new CellPanel<T>(network),
            (number, _, panel) =>
            {
                work(panel, number * Panel.Columns);
                return panel;
            },
            _idle.Add);
}
