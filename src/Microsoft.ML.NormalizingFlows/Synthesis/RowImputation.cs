using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>
/// Draws the missing values of rows given the others, none of them missing where the rows have the column. A value that was not learned stays, but says
/// nothing of the others; nor does one that is learned as its distance from a missing one, but that this lies below it.
/// </summary>
/// <param name="codec">Makes cells of rows, and rows of cells.</param>
/// <param name="evaluator">Draws cells.</param>
/// <param name="isPresent">Which of the columns the rows have.</param>
internal sealed class RowImputation(TableCodec codec, ICellEvaluator evaluator, bool[] isPresent)
{
    private const int MaximumAttempts = 100;

    private readonly CellWeights _weights = NotMissing(codec, isPresent);
    private readonly ParallelOptions _threads = new() { MaxDegreeOfParallelism = evaluator.Threads };

    /// <param name="values">(rows, columns), NaN where to be drawn; drawn in place.</param>
    /// <param name="seeds">Of each row.</param>
    /// <param name="first">The number of the first row, for unique keys.</param>
    public void Run(Memory<double> values, ulong[] seeds, long first)
    {
        double[] given = codec.Combinations.Count > 0 ? values.ToArray() : [];
        int columns = codec.Columns.Count, count = values.Length / columns;
        var rows = new IncompleteRow[count];
        for (int row = 0; row < count; row++)
            rows[row] = Read(values.Span.Slice(row * columns, columns));
        DrawInOrder([.. Enumerable.Range(0, count).Where(row => rows[row].IsInOrder)], rows, seeds);
        Parallel.For(0, count, _threads, row => DrawFromParticles(rows[row], seeds[row]));
        for (int row = 0; row < count; row++)
        {
            rows[row].Values.CopyTo(values.Span.Slice(row * columns, columns));
            codec.NumberKeys(first + row, values.Span.Slice(row * columns, columns));
        }
        if (given.Length > 0)
            Parallel.For(0, count, _threads, row => DrawAnew(values.Slice(row * columns, columns), given.AsSpan(row * columns, columns), seeds[row], first + row));
    }

    // Until columns whose values go together have such values; what is given may rule that out.
    private void DrawAnew(Memory<double> values, ReadOnlySpan<double> given, ulong seed, long number)
    {
        for (int attempt = 1; attempt <= MaximumAttempts && !codec.IsPossible(values.Span); attempt++)
        {
            var row = Read(given);
            if (row.IsComplete)
                return;
            DrawAlone(row, RandomStream.Derive(seed, "anew", (ulong)attempt));
            row.Values.CopyTo(values.Span);
            codec.NumberKeys(number, values.Span);
        }
    }

    // Cells of the missing value are not drawn.
    private static CellWeights NotMissing(TableCodec codec, bool[] isPresent)
    {
        var weights = new CellWeights(codec.Width);
        foreach (var code in codec.Codes.Where(code => code.Relation is null && isPresent[code.Number] && code.Marginal.Has(double.NaN) && code.Marginal.Count > 1))
            code.Weigh(weights, cell => code.Marginal.IsSingle(cell, out double value) && double.IsNaN(value) ? 0 : 1);
        return weights;
    }

    private IncompleteRow Read(ReadOnlySpan<double> values)
    {
        double[] known = [.. values];
        known.AsSpan().Replace(double.NaN, CellRows.ToDraw);
        var cells = new int[codec.Width];
        CellWeights? own = null;
        foreach (var code in codec.Codes)
        {
            bool isKnown = IsKnown(code.Number);
            if (isKnown && IsCounted(code) && !double.IsNegativeInfinity(code.Encode(known, out cells[code.Place])))
                continue;
            cells[code.Place] = CellRows.Unknown;
            if (isKnown)
                BoundLesser(code, known, ref own);
        }
        var draw = new ParticleDraw(evaluator, own ?? _weights);
        bool isComplete = !known.Contains(CellRows.ToDraw);
        return new IncompleteRow(cells, known, draw, isComplete, !isComplete && own is null && draw.IsInOrder(cells));

        bool IsKnown(int column) => known[column] != CellRows.ToDraw;

        // Whether all that it is counted from is known.
        bool IsCounted(ColumnCode code) => code.Relation?.Knows(IsKnown) ?? code.Ordering?.Lower.All(lower => IsKnown(lower.Column)) ?? true;
    }

    private void BoundLesser(ColumnCode code, double[] known, ref CellWeights? weights)
    {
        double value = known[code.Number];
        foreach (var (column, strict) in code.Ordering?.Lower ?? [])
        {
            if (known[column] != CellRows.ToDraw)
                continue;
            weights ??= NotMissing(codec, isPresent);
            double high = Math.Min(weights.Within(column)?.High ?? double.PositiveInfinity, strict ? Math.BitDecrement(value) : value);
            weights.SetWithin(column, double.NegativeInfinity, high);
            var lesser = codec.Codes.First(other => other.Number == column && other.Relation is null);
            if (lesser.Ordering is null)
                lesser.Weigh(weights, cell => lesser.Marginal.Share(cell, double.NegativeInfinity, high));
        }
    }

    private void DrawInOrder(int[] numbers, IncompleteRow[] rows, ulong[] seeds)
    {
        var cells = new CellRows(codec.Width, codec.Columns.Count);
        foreach (int row in numbers)
            cells.Add(rows[row].Cells, rows[row].Values);
        evaluator.Draw(cells, _weights, Array.ConvertAll(numbers, row => seeds[row]), new double[numbers.Length]);
        for (int i = 0; i < numbers.Length; i++)
            cells.Values(i).CopyTo(rows[numbers[i]].Values);
    }

    private void DrawFromParticles(IncompleteRow row, ulong seed)
    {
        if (!row.IsComplete && !row.IsInOrder)
            DrawAlone(row, seed);
    }

    private void DrawAlone(IncompleteRow row, ulong seed)
    {
        var cells = new CellRows(codec.Width, codec.Columns.Count);
        cells.Add(row.Cells, row.Values);
        row.Draw.Complete(cells, seed);
        cells.Values(0).CopyTo(row.Values);
    }

    private sealed record IncompleteRow(int[] Cells, double[] Values, ParticleDraw Draw, bool IsComplete, bool IsInOrder);
}
