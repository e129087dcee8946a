using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>Scores and draws rows column after column, on several threads; each row has a seed of its own, so that threads change nothing.</summary>
internal sealed class TreeEvaluator(DrawnColumns columns, int threads) : ICellEvaluator
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    public int Threads => threads;

    public void Score(CellRows rows, Span<double> logProbabilities)
    {
        var logs = new double[rows.Count];
        Parallel.For(0, rows.Count, _options, row =>
        {
            var cells = rows[row];
            for (int place = 0; place < columns.Codes.Count; place++)
            {
                if (place == 0 || columns.Codes[place - 1].IsFree(cells[place - 1]))
                    logs[row] += columns.Trees[place].LogProbability(cells, cells[place]);
            }
        });
        logs.CopyTo(logProbabilities);
    }

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights) => Parallel.For(0, rows.Count, _options, row =>
        logWeights[row] = new RowDraw(columns, weights, rows[row], rows.Values(row), seeds[row]).Run());
}
