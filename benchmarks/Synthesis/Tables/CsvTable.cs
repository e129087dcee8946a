using System.Globalization;
using Microsoft.Data.Analysis;
using Samples.Shared.Tables;

namespace SynthesisBenchmark.Tables;

/// <summary>A mixed table as its fields: a column whose values are all numbers or missing is numeric, any other text.</summary>
internal sealed class CsvTable
{
    private readonly IReadOnlyList<string[]> _rows;

    private CsvTable(string[] names, IReadOnlyList<string[]> rows, char separator, string missing) =>
        (Names, _rows, Separator, Missing) = (names, rows, separator, missing);

    public IReadOnlyList<string> Names { get; }

    public int Rows => _rows.Count;

    public char Separator { get; }

    /// <summary>What stands in the place of a missing value; an empty field is missing too.</summary>
    public string Missing { get; }

    /// <param name="path">A file with a header, plain or gzip-compressed.</param>
    /// <param name="separator">Null finds it in the header.</param>
    /// <param name="missing">What stands in the place of a missing value.</param>
    /// <exception cref="InvalidDataException">There is no table in the file.</exception>
    public static CsvTable Read(string path, char? separator, string missing)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}: check the path.", path);
        using var csv = new CsvReader(path, separator);
        string[] names = [.. csv.Header];
        if (names.Distinct().Count() < names.Length)
            throw new InvalidDataException($"{path} has two columns of the same name, '{names.GroupBy(name => name).First(same => same.Count() > 1).Key}': rename one.");
        var rows = new List<string[]>();
        while (csv.ReadRow() is { } fields)
        {
            if (fields.Count != names.Length)
                throw new InvalidDataException($"Row {rows.Count + 1} of {path} has {fields.Count} fields, the header {names.Length}: repair it, or name the --separator.");
            rows.Add([.. fields.Select(field => field.Trim()).Select(field => field == missing ? "" : field)]);
        }
        return rows.Count > 0 ? new CsvTable(names, rows, csv.Separator, missing) : throw new InvalidDataException($"{path} has a header and no rows.");
    }

    /// <summary>The table without some columns.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public CsvTable Without(IReadOnlyCollection<string> columns)
    {
        foreach (string column in columns)
            Find(column);
        int[] kept = [.. Enumerable.Range(0, Names.Count).Where(i => !columns.Contains(Names[i]))];
        return new CsvTable([.. kept.Select(i => Names[i])], [.. _rows.Select(row => kept.Select(i => row[i]).ToArray())], Separator, Missing);
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public int Find(string column) => Names.ToList().IndexOf(column) is >= 0 and var at
        ? at
        : throw new ArgumentException($"There is no column '{column}' in the table; it has {string.Join(", ", Names)}.");

    /// <summary>Whether a column has more than one value, missing aside.</summary>
    public bool Varies(int column) => _rows.Select(row => row[column]).Where(field => field.Length > 0).Distinct().Take(2).Count() > 1;

    /// <summary>The rows in random order, in two parts: the first has <paramref name="share"/> of them.</summary>
    public (CsvTable First, CsvTable Second) Split(double share, int seed)
    {
        var shuffled = _rows.ToArray();
        new Random(seed).Shuffle(shuffled);
        int first = (int)Math.Round(share * shuffled.Length);
        return (With(shuffled[..first]), With(shuffled[first..]));
    }

    /// <summary>Which columns are numbers.</summary>
    public bool[] Numeric() => [.. Enumerable.Range(0, Names.Count).Select(i => _rows.All(row => row[i].Length == 0 || double.TryParse(row[i], CultureInfo.InvariantCulture, out _)))];

    public DataFrame ToDataFrame(bool[] numeric) => new(Enumerable.Range(0, Names.Count).Select(i => numeric[i]
        ? (DataFrameColumn)new DoubleDataFrameColumn(Names[i], _rows.Select(row => row[i].Length == 0 ? double.NaN : double.Parse(row[i], CultureInfo.InvariantCulture)))
        : new StringDataFrameColumn(Names[i], _rows.Select(row => row[i]))));

    public void Write(string path)
    {
        using var writer = new CsvWriter(path, Names, Separator, Missing);
        foreach (string[] row in _rows)
            writer.Write(row);
    }

    private CsvTable With(IReadOnlyList<string[]> rows) => new([.. Names], rows, Separator, Missing);
}
