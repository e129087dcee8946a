using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// What keeps a column above others: it is learned as what its value exceeds the least that they allow in the row. That is a shift by known
/// numbers, so that densities stay what they are (its Jacobian is 1), and rounded values stay on their grid.
/// </summary>
/// <param name="Lower">The lesser columns, and whether values must differ.</param>
/// <param name="Grid">Of the column.</param>
/// <param name="Minimum">The least value among the training rows.</param>
/// <param name="Maximum">The greatest one.</param>
internal sealed record Ordering((int Column, bool Strict)[] Lower, Grid Grid, double Minimum, double Maximum)
{
    /// <param name="reader">Where it stands.</param>
    /// <param name="column">The column that it is of.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Ordering Read(BinaryReader reader, TableColumn column)
    {
        var lower = new (int, bool)[reader.ReadCount(leastBytes: 5)];
        for (int i = 0; i < lower.Length; i++)
            lower[i] = (reader.ReadInt32(), reader.ReadBoolean());
        var read = new Ordering(lower, column.Grid, reader.ReadDouble(), reader.ReadDouble());
        bool fits = column.IsNumber && column.Holds(read.Minimum) && column.Holds(read.Maximum) && read.Minimum <= read.Maximum;
        return fits ? read : throw new InvalidDataException($"its column '{column.Name}' claims an impossible place above others");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Lower.Length);
        foreach (var (column, strict) in Lower)
        {
            writer.Write(column);
            writer.Write(strict);
        }
        writer.Write(Minimum);
        writer.Write(Maximum);
    }

    /// <summary>The least value that a row allows: at least <see cref="Minimum"/>, which is what counts where all lesser values are missing.</summary>
    public double Floor(ReadOnlySpan<double> row)
    {
        double floor = Minimum;
        foreach (var (column, strict) in Lower)
        {
            if (!double.IsNaN(row[column]))
                floor = Math.Max(floor, Grid.IsNone ? row[column] : Grid.From(row[column], strict));
        }
        return floor;
    }

    /// <summary>A value that was drawn, after rounding: it may have met a lesser one that it must differ from.</summary>
    public double Restore(double value, TableColumn column, ReadOnlySpan<double> row)
    {
        if (!Grid.IsNone)
            return Grid.Round(value);
        double restored = Math.Min(column.Next(value, above: false), Maximum);
        foreach (var (lesser, strict) in Lower)
        {
            if (restored < row[lesser] || strict && restored == row[lesser])
                restored = column.Next(row[lesser], strict);
        }
        return restored;
    }
}
