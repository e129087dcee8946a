using System.Globalization;
using System.Text;

namespace Microsoft.Data.Analysis;

public partial class DataFrame
{
    public static DataFrame LoadCsv(
        string filename, char separator = ',', bool header = true, string[] columnNames = null, Type[] dataTypes = null,
        int numRows = -1, int guessRows = 10, bool addIndexColumn = false, Encoding encoding = null,
        bool renameDuplicatedColumns = false, CultureInfo cultureInfo = null)
    {
        if (addIndexColumn || renameDuplicatedColumns)
            throw new NotSupportedException("The offline stand-in of DataFrame adds no index and renames no columns.");
        if (dataTypes is null && guessRows <= 0)
            throw new ArgumentException("Expected either guessRows or dataTypes to have a value");
        using var reader = new StreamReader(filename, encoding ?? Encoding.UTF8);
        var lines = CsvFields.Read(reader, separator).Take(numRows < 0 ? int.MaxValue : numRows + (header ? 1 : 0)).ToList();
        if (lines.Count == 0)
            throw new FormatException("Empty file");
        if (header)
        {
            columnNames ??= lines[0];
            lines.RemoveAt(0);
        }
        // The header counts as one of the rows to guess from.
        var sample = lines.Take(header ? guessRows - 1 : guessRows).ToList();
        var count = Math.Max(dataTypes?.Length ?? 0, sample.Count > 0 ? sample.Max(line => line.Length) : 0);
        var columns = Enumerable.Range(0, count)
            .Select(i => CreateColumn(
                dataTypes?[i] ?? GuessType(sample.Select(line => line[i])),
                string.IsNullOrEmpty(columnNames?[i]) ? $"Column{i}" : columnNames[i]))
            .ToArray();
        foreach (var line in lines)
        {
            for (var i = 0; i < columns.Length; i++)
                columns[i].AppendText(i < line.Length ? line[i] : "null", cultureInfo ?? CultureInfo.CurrentCulture);
        }
        return new DataFrame(columns);
    }

    private static DataFrameColumn CreateColumn(Type type, string name) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => new BooleanDataFrameColumn(name),
        TypeCode.Single => new SingleDataFrameColumn(name),
        TypeCode.Double => new DoubleDataFrameColumn(name),
        TypeCode.Int32 => new Int32DataFrameColumn(name),
        TypeCode.Int64 => new Int64DataFrameColumn(name),
        TypeCode.DateTime => new DateTimeDataFrameColumn(name),
        TypeCode.String => new StringDataFrameColumn(name),
        _ => throw new NotSupportedException(type.Name),
    };

    // Of what the fields could be, the most general: text before numbers before truth values before dates.
    private static Type GuessType(IEnumerable<string> fields)
    {
        Type[] generality = [typeof(DateTime), typeof(bool), typeof(float), typeof(string)];
        var known = fields.Where(field => field.Length > 0 && !field.Equals("null", StringComparison.OrdinalIgnoreCase))
            .Select(field => bool.TryParse(field, out _) ? typeof(bool)
                : float.TryParse(field, out _) ? typeof(float)
                : DateTime.TryParse(field, out _) ? typeof(DateTime)
                : typeof(string))
            .ToArray();
        return known.Length == 0 ? typeof(string) : known.MaxBy(type => Array.IndexOf(generality, type));
    }
}
