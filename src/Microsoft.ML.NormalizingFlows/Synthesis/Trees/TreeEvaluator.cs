using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>Scores and draws rows column after column, on several threads; each row has a seed of its own, so that threads change nothing.</summary>
/// <param name="codes">How values become cells.</param>
/// <param name="columns">The distribution of each code's cells given those before.</param>
/// <param name="threads">How many.</param>
internal sealed class TreeEvaluator(IReadOnlyList<ColumnCode> codes, ColumnTrees[] columns, int threads) : ICellEvaluator
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    public int Threads => threads;

    public void Score(CellRows rows, Span<double> logProbabilities)
    {
        var logs = new double[rows.Count];
        Parallel.For(0, rows.Count, _options, row =>
        {
            var cells = rows[row];
            for (int place = 0; place < columns.Length; place++)
            {
                if (place == 0 || codes[place - 1].IsFree(cells[place - 1]))
                    logs[row] += columns[place].LogProbability(cells, cells[place]);
            }
        });
        logs.CopyTo(logProbabilities);
    }

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights) => Parallel.For(0, rows.Count, _options, row =>
        logWeights[row] = new RowDraw(codes, columns, weights, rows[row], rows.Values(row), seeds[row]).Run());
}
