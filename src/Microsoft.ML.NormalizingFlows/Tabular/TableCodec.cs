using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Pipeline;
using Microsoft.ML.NormalizingFlows.Tabular.Cells;
using Microsoft.ML.NormalizingFlows.Tabular.Columns;

namespace Microsoft.ML.NormalizingFlows.Tabular;

/// <summary>Writes the row being read as digits; returns -ln of the volume of its cell.</summary>
internal delegate double EncodeRow(Span<short> digits);

/// <summary>Rows of mixed columns as digits, and back.</summary>
internal sealed class TableCodec
{
    private readonly Marginal[] _marginals;

    private TableCodec(TableColumn[] columns, Marginal[] marginals)
    {
        (Columns, _marginals) = (columns, marginals);
        Shape = new CellShape
        {
            Sizes = [.. marginals.SelectMany(marginal => marginal.Sizes)],
            Continues = [.. marginals.SelectMany(marginal => marginal.Digits == 1 ? new int[]?[] { null } : [null, marginal.GroupSizes])],
        };
    }

    public IReadOnlyList<TableColumn> Columns { get; }

    public CellShape Shape { get; }

    /// <summary>One pass over the table: the values of each column.</summary>
    /// <exception cref="InvalidOperationException">A value is infinite, or there are fewer than two rows.</exception>
    public static TableCodec Fit(IDataView input, TableColumn[] columns)
    {
        var counts = Array.ConvertAll(columns, _ => new Dictionary<double, long>());
        using var cursor = input.GetRowCursor(input.Schema.Where(column => !column.IsHidden));
        var readers = Array.ConvertAll(columns, column => column.Reader(cursor, learns: true));
        long rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                double value = readers[i]();
                if (double.IsInfinity(value))
                    throw new InvalidOperationException($"Row {rows} (counted from 0) has an infinite value in the column '{columns[i].Name}': replace it, or leave the row out.");
                counts[i][value] = counts[i].GetValueOrDefault(value) + 1;
            }
        }
        if (rows < 2)
            throw new InvalidOperationException($"The table has {rows} row(s): a synthesizer needs at least 2, and some hundreds to be any good.");
        return new TableCodec(columns, [.. columns.Zip(counts, (column, own) => Marginal.Fit(own, column.IsNumber, column.IsNumber ? column.Step(own.Keys) : 0))]);
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static TableCodec Read(BinaryReader reader)
    {
        int count = reader.ReadCount(leastBytes: 1);
        if (count == 0)
            throw new InvalidDataException("it has no columns");
        var columns = new TableColumn[count];
        var marginals = new Marginal[count];
        for (int i = 0; i < count; i++)
            (columns[i], marginals[i]) = (TableColumn.Read(reader), Marginal.Read(reader));
        return new TableCodec(columns, marginals);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Columns.Count);
        foreach (var (column, marginal) in Columns.Zip(_marginals))
        {
            column.Write(writer);
            marginal.Write(writer);
        }
    }

    /// <summary>What writes the current row of a cursor as digits.</summary>
    public EncodeRow Encoder(DataViewRow row, bool learns)
    {
        var readers = Columns.Select(column => column.Reader(row, learns)).ToArray();
        return digits =>
        {
            double logDensity = 0;
            for (int i = 0, at = 0; i < readers.Length; at += _marginals[i++].Digits)
                logDensity += _marginals[i].Encode(readers[i](), digits.Slice(at, _marginals[i].Digits));
            return logDensity;
        };
    }

    /// <summary>Draws the values of a row from its cells.</summary>
    public void Decode(ReadOnlySpan<short> digits, RandomStream random, Span<double> values)
    {
        for (int i = 0, at = 0; i < values.Length; at += _marginals[i++].Digits)
            values[i] = _marginals[i].Decode(digits.Slice(at, _marginals[i].Digits), random);
    }
}
