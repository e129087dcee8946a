using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Analysis;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>A table read from a file, with what its columns are.</summary>
internal sealed class TableFile
{
    private readonly TextTable _text;

    private TableFile(TextTable text, IReadOnlyList<ColumnDescription> columns) => (_text, Columns) = (text, columns);

    public IReadOnlyList<ColumnDescription> Columns { get; }

    public int Rows => _text.Rows;

    /// <summary>Reads a table and decides what its columns are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">A JSON file that says what some columns are, <c>{ "Zip": "text" }</c>; null for none.</param>
    /// <exception cref="InvalidDataException">A file cannot be read so.</exception>
    public static TableFile Read(string path, string? kinds = null)
    {
        var text = TextTable.Read(path);
        var given = kinds is null ? [] : Kinds(kinds, text.Names);
        return new(text, [.. text.Names.Select((name, c) => given.TryGetValue(name, out var kind) || text.Known.TryGetValue(name, out kind)
            ? ColumnDescription.OfKind(name, kind, text.Columns[c])
            : ColumnDescription.Decide(name, text.Columns[c], text.DecimalComma))]);
    }

    /// <summary>Reads a table whose columns are those that a model was trained on; others are decided.</summary>
    public static TableFile Read(string path, IReadOnlyList<ColumnDescription> trained)
    {
        var text = TextTable.Read(path);
        var known = trained.Where(column => column.Kind != FieldKind.Ignored).ToDictionary(column => column.Name);
        return new(text, [.. text.Names.Select((name, c) => known.TryGetValue(name, out var column) ? ColumnDescription.Like(column, text.Columns[c]) : ColumnDescription.Decide(name, text.Columns[c], text.DecimalComma))]);
    }

    /// <summary>The table as a data frame, without the columns that are ignored.</summary>
    /// <param name="numbers">Whole columns that are to be numbers with decimals.</param>
    /// <exception cref="InvalidDataException">A value is not what its column is.</exception>
    public DataFrame ToFrame(IReadOnlyCollection<string> numbers) =>
        new([.. Columns.Select((column, c) => (column, c)).Where(pair => pair.column.Kind != FieldKind.Ignored).Select(pair => Column(pair.column, _text.Columns[pair.c], numbers))]);

    private DataFrameColumn Column(ColumnDescription column, List<string?> fields, IReadOnlyCollection<string> numbers)
    {
        switch (column.Kind)
        {
            case FieldKind.Whole when !numbers.Contains(column.Name):
                return new Int64DataFrameColumn(column.Name, Values(column, fields, field => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : (long?)null));
            case FieldKind.Whole or FieldKind.Number:
                return new DoubleDataFrameColumn(column.Name, Values(column, fields, field => ColumnDescription.Number(field, _text.DecimalComma)));
            case FieldKind.Truth:
                return new BooleanDataFrameColumn(column.Name, Values(column, fields, field => bool.TryParse(field, out bool value) ? value : (bool?)null));
            case FieldKind.Date:
                return new DateTimeDataFrameColumn(column.Name, Values(column, fields, field => ColumnDescription.Date(field, column.Format!)));
            case FieldKind.Text:
                return new StringDataFrameColumn(column.Name, fields.Select(field => ColumnDescription.IsMissing(field) ? null : field!.Trim())!);
            default:
                throw new NotSupportedException($"{column.Kind} is no kind of column.");
        }
    }

    private static IEnumerable<T?> Values<T>(ColumnDescription column, List<string?> fields, Func<string, T?> parse) where T : struct
    {
        for (int row = 0; row < fields.Count; row++)
        {
            if (ColumnDescription.IsMissing(fields[row]))
            {
                yield return null;
                continue;
            }
            string field = fields[row]!.Trim();
            yield return parse(field) ?? throw new InvalidDataException(FormattableString.Invariant(
                $"Row {row + 1} has '{field}' in '{column.Name}', which is a column of the kind {Word(column.Kind)}: mend the value, or say what the column is with --types."));
        }
    }

    /// <summary>How a kind is written in messages and in a file of kinds.</summary>
    public static string Word(FieldKind kind) => kind switch
    {
        FieldKind.Number => "number",
        FieldKind.Whole => "whole",
        FieldKind.Truth => "truth",
        FieldKind.Date => "date",
        FieldKind.Text => "text",
        FieldKind.Ignored => "ignore",
        _ => throw new NotSupportedException($"{kind} is no kind of column."),
    };

    private static Dictionary<string, FieldKind> Kinds(string path, IReadOnlyList<string> names)
    {
        Dictionary<string, string>? words;
        try
        {
            words = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no JSON object of names and kinds, such as {{ \"Zip\": \"text\" }}: {error.Message.TrimEnd('.')}.", error);
        }
        var kinds = new Dictionary<string, FieldKind>(StringComparer.Ordinal);
        foreach (var (name, word) in words ?? [])
        {
            if (!names.Contains(name))
                throw new InvalidDataException($"{path} names the column '{name}', which the table does not have.");
            var all = Enum.GetValues<FieldKind>();
            int found = Array.FindIndex(all, kind => Word(kind) == word);
            if (found < 0)
                throw new InvalidDataException($"{path} says that '{name}' is '{word}', but a column is one of {string.Join(", ", all.Select(Word))}.");
            kinds[name] = all[found];
        }
        return kinds;
    }
}
