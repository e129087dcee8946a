using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>A number or date that no training row has above another one, though by chance many would have; found, not told.</summary>
/// <param name="Lesser">The number of a column.</param>
/// <param name="Greater">That of the other.</param>
/// <param name="Strict">Whether no row has them equal either.</param>
internal sealed record ValueOrder(int Lesser, int Greater, bool Strict)
{
    /// <summary>Columns beyond which none is sought: there are too many pairs.</summary>
    private const int MaximumColumns = 200;

    /// <summary>Whether a row keeps it; one that lacks a value does.</summary>
    public bool Holds(ReadOnlySpan<double> row) => !(Strict ? row[Lesser] >= row[Greater] : row[Lesser] > row[Greater]);

    /// <summary>Those that some rows suggest.</summary>
    /// <param name="codes">Of the columns.</param>
    /// <param name="sample">(columns, rows): values.</param>
    public static List<ValueOrder> Among(IReadOnlyList<ColumnCode> codes, double[][] sample)
    {
        ColumnCode[] numbers = [.. codes.Where(code => code.Column.IsNumber && (!code.Column.IsLong || code.Column.IsDate))];
        var found = new List<ValueOrder>();
        if (numbers.Length > MaximumColumns)
            return found;
        foreach (var lesser in numbers)
        {
            foreach (var greater in numbers)
            {
                if (lesser == greater || lesser.Column.IsDate != greater.Column.IsDate || lesser.Ordering is not null || greater.Ordering is not null)
                    continue;
                if (Of(lesser.Number, greater.Number, sample) is { } order)
                    found.Add(order);
            }
        }
        return found;
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static ValueOrder Read(BinaryReader reader, int columns)
    {
        var read = new ValueOrder(reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        bool fits = read.Lesser >= 0 && read.Lesser < columns && read.Greater >= 0 && read.Greater < columns && read.Lesser != read.Greater;
        return fits ? read : throw new InvalidDataException("it claims an order of columns that it does not have");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Lesser);
        writer.Write(Greater);
        writer.Write(Strict);
    }

    private static ValueOrder? Of(int lesser, int greater, double[][] sample)
    {
        double[] low = sample[lesser], high = sample[greater];
        bool hasEqual = false;
        for (int row = 0; row < low.Length; row++)
        {
            if (low[row] > high[row])
                return null;
            hasEqual |= low[row] == high[row];
        }
        // Against the values of other rows.
        int broken = 0, shift = low.Length / 2;
        for (int row = 0; row < low.Length; row++)
        {
            double other = high[(row + shift) % low.Length];
            broken += hasEqual ? low[row] > other ? 1 : 0 : low[row] >= other ? 1 : 0;
        }
        return broken >= CellRuleSearch.MinimumExpected ? new ValueOrder(lesser, greater, !hasEqual) : null;
    }
}
