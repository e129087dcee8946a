using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Where and how the values of one column are written among the digits of a row.</summary>
/// <param name="Number">The place of the column in the table.</param>
/// <param name="Column">The column.</param>
/// <param name="Marginal">Its cells.</param>
/// <param name="Ordering">What keeps it above other columns, which come before it; else null.</param>
/// <param name="FirstDigit">Where its digits begin.</param>
internal sealed record ColumnCode(int Number, TableColumn Column, Marginal Marginal, Ordering? Ordering, int FirstDigit)
{
    public int DigitCount => Marginal.Digits.Count;

    /// <param name="reader">Where it stands.</param>
    /// <param name="columns">Of the table.</param>
    /// <param name="before">The columns whose codes were read.</param>
    /// <param name="firstDigit">Where its digits begin.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static ColumnCode Read(BinaryReader reader, IReadOnlyList<TableColumn> columns, IReadOnlySet<int> before, int firstDigit)
    {
        int number = reader.ReadInt32();
        if (number < 0 || number >= columns.Count)
            throw new InvalidDataException($"it claims a column of number {number}");
        var ordering = reader.ReadBoolean() ? Ordering.Read(reader, columns[number]) : null;
        if (ordering?.Lower.Any(lower => !before.Contains(lower.Column)) == true)
            throw new InvalidDataException($"column {number} depends on one that comes after it");
        var marginal = Marginal.Read(reader);
        // What stands above other columns is learned as what it exceeds them by.
        if (marginal.Find(value => ordering is null ? !columns[number].Holds(value) : !double.IsNaN(value) && !(value >= 0 && double.IsFinite(value))) is { } impossible)
            throw new InvalidDataException(FormattableString.Invariant($"its column '{columns[number].Name}', {columns[number].Type}, cannot have the value of number {impossible}"));
        return new ColumnCode(number, columns[number], marginal, ordering, firstDigit);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Number);
        writer.Write(Ordering is not null);
        Ordering?.Write(writer);
        Marginal.Write(writer);
    }

    /// <summary>Writes the digits of the column; returns -ln of how many values share its cell or of the volume, see <see cref="Marginal.Encode"/>.</summary>
    public double Encode(ReadOnlySpan<double> row, Span<short> digits)
    {
        var own = digits.Slice(FirstDigit, DigitCount);
        if (Ordering is null)
            return Marginal.Encode(row[Number], own);
        double floor = Ordering.Floor(row);
        return Marginal.Encode(Ordering.Grid.Round(row[Number] - floor), own, Ordering.Grid.Round(Ordering.Maximum - floor));
    }

    /// <summary>
    /// As <see cref="Encode"/>, but a value that was not learned has a small share too, and the digits of a cell next to it. Only what the order
    /// of columns rules out is impossible.
    /// </summary>
    public double EncodeAny(ReadOnlySpan<double> row, Span<short> digits)
    {
        double log = Encode(row, digits);
        if (!double.IsNegativeInfinity(log))
            return log + Math.Log(1 - Marginal.Unlearned);
        double value = Ordering is null ? row[Number] : Ordering.Grid.Round(row[Number] - Ordering.Floor(row));
        return Ordering is not null && value < 0 ? log : Marginal.EncodeUnlearned(value, Column.IsNumber, digits.Slice(FirstDigit, DigitCount));
    }

    /// <summary>Sets what each cell is worth when it is drawn.</summary>
    /// <returns>Whether any is worth something.</returns>
    public bool Weigh(CellWeights weights, Func<int, double> worth)
    {
        Span<short> digits = stackalloc short[DigitCount];
        bool any = false;
        for (int cell = 0; cell < Marginal.Count; cell++)
        {
            double own = worth(cell);
            if (!(own > 0))
                continue;
            any = true;
            Marginal.Digits.Write(cell, digits);
            weights.Add(FirstDigit, digits, (float)own);
        }
        return any;
    }

    /// <summary>Draws the value of the column from its cell and the values before it.</summary>
    /// <param name="digits">Of the row.</param>
    /// <param name="random">Draws among the values of the cell.</param>
    /// <param name="row">The values of the row.</param>
    /// <param name="within">The range that the value lies in, where it has one.</param>
    public void Decode(ReadOnlySpan<short> digits, RandomStream random, Span<double> row, (double Low, double High)? within = null)
    {
        var own = digits.Slice(FirstDigit, DigitCount);
        if (Ordering is null)
        {
            row[Number] = Column.Stored(within is { } range ? Marginal.Decode(own, random, range.Low, range.High) : Marginal.Decode(own, random));
            return;
        }
        double floor = Ordering.Floor(row), greatest = Math.Min(Ordering.Maximum, within?.High ?? Ordering.Maximum);
        double excess = Marginal.Decode(own, random, Ordering.Grid.Round(greatest - floor));
        row[Number] = double.IsNaN(excess) ? excess : Ordering.Restore(floor + excess, Column, row);
    }
}
