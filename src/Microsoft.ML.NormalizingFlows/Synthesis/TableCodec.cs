using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>Writes the row being read as cells; returns -ln of how many values share its cells, or of the volume of these.</summary>
internal delegate double EncodeRow(Span<int> cells);

/// <summary>Rows of mixed columns as cells, and back.</summary>
internal sealed class TableCodec
{
    /// <param name="columns">In the order of the table.</param>
    /// <param name="codes">Of all columns that are not numbered; what a column depends on comes before it.</param>
    /// <param name="combinations">Of columns, whose values go together only as they were seen.</param>
    /// <param name="orders">What was found of their values.</param>
    public TableCodec(IReadOnlyList<TableColumn> columns, IReadOnlyList<ColumnCode> codes, IReadOnlyList<SeenCombinations> combinations, IReadOnlyList<ValueOrder> orders)
    {
        (Columns, Codes, Combinations, Orders) = (columns, codes, combinations, orders);
    }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IReadOnlyList<ColumnCode> Codes { get; }

    public IReadOnlyList<SeenCombinations> Combinations { get; }

    public IReadOnlyList<ValueOrder> Orders { get; }

    /// <summary>How many cells a row has.</summary>
    public int Width => Codes.Count;

    /// <summary>Whether columns whose values go together have values that some training row had.</summary>
    public bool IsPossible(ReadOnlySpan<double> row)
    {
        foreach (var combination in Combinations)
        {
            if (!combination.Holds(row))
                return false;
        }
        return true;
    }

    /// <exception cref="ArgumentException">There are more rows than a column of unique keys can number.</exception>
    public void CheckRoom(long rows)
    {
        if (Columns.FirstOrDefault(column => column.Keys?.Rows < rows) is { } full)
            throw new ArgumentException($"{rows} rows were asked for, but the unique keys of '{full.Name}', {full.Type}, can number {full.Keys!.Rows} new ones: ask for fewer, or give the column a wider type.", nameof(rows));
    }

    /// <param name="reader">Where it stands.</param>
    /// <param name="version">The form of the file.</param>
    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static TableCodec Read(BinaryReader reader, int version)
    {
        int count = reader.ReadCount(leastBytes: 1);
        if (count == 0)
            throw new InvalidDataException("it has no columns");
        TableColumn[] columns = [.. Enumerable.Range(0, count).Select(_ => TableColumn.Read(reader))];
        var codes = new List<ColumnCode>();
        var coded = new HashSet<int>();
        for (int left = reader.ReadCount(leastBytes: 1); left > 0; left--)
        {
            var code = ColumnCode.Read(reader, columns, coded, codes.Count, version);
            if (codes.Count > 0 && codes[^1].Relation is not null && codes[^1].Number != code.Number)
                throw new InvalidDataException($"column {codes[^1].Number} departs from others, but is not coded itself");
            if (code.Relation is null && !coded.Add(code.Number))
                throw new InvalidDataException($"column {code.Number} is coded twice");
            codes.Add(code);
        }
        bool isWhole = Enumerable.Range(0, count).All(i => coded.Contains(i) == columns[i].Keys is null);
        SeenCombinations[] combinations = [.. Enumerable.Range(0, reader.ReadCount(leastBytes: 8)).Select(_ => SeenCombinations.Read(reader, count))];
        ValueOrder[] orders = [.. Enumerable.Range(0, reader.ReadCount(leastBytes: 9)).Select(_ => ValueOrder.Read(reader, count))];
        return isWhole && codes.Count > 0 && codes[^1].Relation is null ? new TableCodec(columns, codes, combinations, orders) : throw new InvalidDataException($"its {count} columns have {codes.Count} codes");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Columns.Count);
        foreach (var column in Columns)
            column.Write(writer);
        writer.Write(Codes.Count);
        foreach (var code in Codes)
            code.Write(writer);
        writer.Write(Combinations.Count);
        foreach (var combination in Combinations)
            combination.Write(writer);
        writer.Write(Orders.Count);
        foreach (var order in Orders)
            order.Write(writer);
    }

    /// <summary>What writes the current row of a cursor as cells; a value that was not learned has a small share, but where rows are learned.</summary>
    public EncodeRow Encoder(DataViewRow row, bool learns)
    {
        var readers = Columns.Select(column => column.Keys is null ? column.Reader(row, learns) : () => double.NaN).ToArray();
        var values = new double[readers.Length];
        return cells =>
        {
            for (int i = 0; i < readers.Length; i++)
                values[i] = readers[i]();
            return Encode(values, cells, learns);
        };
    }

    private double Encode(ReadOnlySpan<double> values, Span<int> cells, bool learns)
    {
        double logDensity = 0;
        bool isTold = false;
        foreach (var code in Codes)
        {
            double log = learns ? code.Encode(values, out cells[code.Place]) : code.EncodeAny(values, out cells[code.Place]);
            // A value that a relation tells is told once.
            logDensity += isTold ? 0 : log;
            isTold = !code.IsFree(cells[code.Place]);
        }
        return logDensity;
    }

    /// <summary>Numbers the unique keys of row number <paramref name="row"/>, where they are to be.</summary>
    public void NumberKeys(long row, Span<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (Columns[i].Keys is { } keys && values[i] == CellRows.ToDraw)
                values[i] = keys.Value(row);
        }
    }
}
