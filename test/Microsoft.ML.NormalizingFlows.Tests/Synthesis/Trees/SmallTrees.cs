using Microsoft.Data.Analysis;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>Trees of rows of cells that a test makes.</summary>
internal static class SmallTrees
{
    /// <summary>Columns of cells.</summary>
    /// <param name="marginals">Of each column.</param>
    /// <param name="categories">Which of them have no order.</param>
    public static ColumnCode[] Codes(Marginal[] marginals, params int[] categories)
    {
        var frame = new DataFrame(marginals.Select((_, i) => new DoubleDataFrameColumn($"c{i}", 1)));
        var schema = ((IDataView)frame).Schema;
        return [.. marginals.Select((marginal, i) => new ColumnCode(
            i, TableColumn.Of(schema[i], new SynthesizerColumnOptions { Kind = categories.Contains(i) ? ColumnKind.Category : ColumnKind.Number }), marginal, null, i))];
    }

    /// <summary>As many cells of one value each.</summary>
    public static Marginal Single(int cells) =>
        new([.. Enumerable.Range(0, cells).Select(value => new Piece(value, value, 1))], [.. Enumerable.Range(0, cells + 1)], default);

    /// <summary>As many ranges of numbers.</summary>
    public static Marginal Ranges(int cells) =>
        new([.. Enumerable.Range(0, cells).Select(value => new Piece(value, value + 1, 1))], [.. Enumerable.Range(0, cells + 1)], default);

    public static CellRows Rows(IEnumerable<int[]> rows)
    {
        var all = rows.ToArray();
        var copies = new CellRows(all[0].Length, all[0].Length);
        foreach (int[] row in all)
            row.CopyTo(copies.Add());
        return copies;
    }

    /// <summary>Without the rules that were found, so that cells are drawn as they are scored.</summary>
    public static ICellEvaluator Evaluator(ColumnCode[] codes, CellRows rows, TreeSettings settings, int threads = 1) =>
        (TreeTraining.Run(codes, rows, settings, seed: 1, threads, progress: null, CancellationToken.None) with { Rules = [] }).CreateEvaluator(codes, [], threads);
}
