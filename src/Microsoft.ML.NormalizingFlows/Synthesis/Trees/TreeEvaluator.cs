using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>Scores and draws rows column after column, on several threads; each row has a seed of its own, so that threads change nothing.</summary>
internal sealed class TreeEvaluator(ColumnTrees[] columns, int threads) : ICellEvaluator
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
                logs[row] += columns[place].LogProbability(cells, cells[place]);
        });
        logs.CopyTo(logProbabilities);
    }

    public void Draw(CellRows rows, CellWeights? weights, ulong[] seeds, double[] logWeights) => Parallel.For(0, rows.Count, _options, row =>
    {
        var cells = rows[row];
        var random = new RandomStream(seeds[row]);
        bool isBehind = false;
        logWeights[row] = 0;
        for (int place = 0; place < columns.Length; place++)
        {
            bool isUnknown = cells[place] == CellRows.Unknown;
            if (isUnknown)
            {
                cells[place] = weights?.Has(place) == true
                    ? columns[place].Draw(cells, weights.Of(place), random, ref logWeights[row])
                    : columns[place].Draw(cells, random);
            }
            else if (isBehind)
            {
                logWeights[row] += columns[place].LogProbability(cells, cells[place]);
            }
            isBehind |= isUnknown;
        }
    });
}
