using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Relations;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>How the values of one column become cells.</summary>
/// <param name="Number">The place of the column in the table.</param>
/// <param name="Column">The column.</param>
/// <param name="Marginal">Its cells.</param>
/// <param name="Ordering">What keeps it above other columns, which come before it; else null.</param>
/// <param name="Place">Of the column among those of a row of cells.</param>
/// <param name="Relation">What the cells depart from, of a code that stands before that of the column itself; else null.</param>
internal sealed record ColumnCode(int Number, TableColumn Column, Marginal Marginal, Ordering? Ordering, int Place, Relation? Relation = null)
{
    /// <param name="reader">Where it stands.</param>
    /// <param name="columns">Of the table.</param>
    /// <param name="before">The columns whose codes were read.</param>
    /// <param name="place">Of the column among those of a row of cells.</param>
    /// <param name="version">The form of the file.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static ColumnCode Read(BinaryReader reader, IReadOnlyList<TableColumn> columns, IReadOnlySet<int> before, int place, int version)
    {
        int number = reader.ReadInt32();
        if (number < 0 || number >= columns.Count)
            throw new InvalidDataException($"it claims a column of number {number}");
        var relation = reader.ReadBoolean() ? Relation.Read(reader, columns, number, before, version) : null;
        var ordering = reader.ReadBoolean() ? Ordering.Read(reader, columns[number]) : null;
        if (ordering?.Lower.Any(lower => !before.Contains(lower.Column)) == true)
            throw new InvalidDataException($"column {number} depends on one that comes after it");
        var marginal = Marginal.Read(reader);
        if (relation is not null)
        {
            if (ordering is not null || marginal.Find(value => !double.IsNaN(value) && !double.IsFinite(value)) is not null)
                throw new InvalidDataException($"its column '{columns[number].Name}' departs from others by impossible numbers");
            return new ColumnCode(number, columns[number], marginal, null, place, relation);
        }
        // What stands above other columns is learned as what it exceeds them by.
        if (marginal.Find(value => ordering is null ? !columns[number].Holds(value) : !double.IsNaN(value) && !(value >= 0 && double.IsFinite(value))) is { } impossible)
            throw new InvalidDataException(FormattableString.Invariant($"its column '{columns[number].Name}', {columns[number].Type}, cannot have the value of number {impossible}"));
        return new ColumnCode(number, columns[number], marginal, ordering, place);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Number);
        writer.Write(Relation is not null);
        Relation?.Write(writer);
        writer.Write(Ordering is not null);
        Ordering?.Write(writer);
        Marginal.Write(writer);
    }

    /// <summary>Finds the cell of the column; returns -ln of how many values share it or of the volume, see <see cref="Marginal.Encode"/>.</summary>
    public double Encode(ReadOnlySpan<double> row, out int cell)
    {
        if (Relation is not null)
            return EncodeDeparture(Relation.Departure(row, row[Number]), out cell);
        if (Ordering is null)
            return Marginal.Encode(row[Number], out cell);
        double floor = Ordering.Floor(row);
        return Marginal.Encode(Ordering.Grid.Round(row[Number] - floor), out cell, Ordering.Grid.Round(Ordering.Maximum - floor));
    }

    /// <summary>
    /// As <see cref="Encode"/>, but a value that was not learned has a small share too, and a cell next to it. Only what the order
    /// of columns rules out is impossible.
    /// </summary>
    public double EncodeAny(ReadOnlySpan<double> row, out int cell)
    {
        double log = Encode(row, out cell);
        if (!double.IsNegativeInfinity(log))
            return log + Math.Log(1 - Marginal.Unlearned);
        if (Relation is not null)
            return Marginal.EncodeUnlearned(Relation.Departure(row, row[Number]), isNumber: true, out cell);
        double value = Ordering is null ? row[Number] : Ordering.Grid.Round(row[Number] - Ordering.Floor(row));
        double near = Marginal.EncodeUnlearned(value, Column.IsNumber, out cell);
        return Ordering is not null && value < 0 ? double.NegativeInfinity : near;
    }

    /// <summary>Whether a cell leaves the column to its own code, which follows; else it says what the value is.</summary>
    public bool IsFree(int cell) => Relation is null || Marginal.IsSingle(cell, out double departure) && double.IsNaN(departure);

    /// <summary>Sets what each cell is worth when it is drawn.</summary>
    /// <returns>Whether any is worth something.</returns>
    public bool Weigh(CellWeights weights, Func<int, double> worth) => weights.Set(Place, Marginal.Count, worth);

    /// <summary>Draws the value of the column from its cell and the values before it.</summary>
    /// <param name="cell">Its cell.</param>
    /// <param name="random">Draws among the values of the cell.</param>
    /// <param name="row">The values of the row.</param>
    /// <param name="within">The range that the value lies in, where it has one.</param>
    public void Decode(int cell, RandomStream random, Span<double> row, (double Low, double High)? within = null)
    {
        if (Ordering is null)
        {
            row[Number] = Column.Stored(within is { } range ? Marginal.Decode(cell, random, range.Low, range.High) : Marginal.Decode(cell, random));
            return;
        }
        double floor = Ordering.Floor(row), greatest = Math.Min(Ordering.Maximum, within?.High ?? Ordering.Maximum);
        double excess = Marginal.Decode(cell, random, Ordering.Grid.Round(greatest - floor));
        row[Number] = double.IsNaN(excess) ? excess : Ordering.Restore(floor + excess, Column, row);
    }

    // A departure as none had counts as none.
    private double EncodeDeparture(double departure, out int cell)
    {
        double log = Marginal.Encode(departure, out cell);
        return double.IsNegativeInfinity(log) ? Marginal.Encode(double.NaN, out cell) : log;
    }
}
