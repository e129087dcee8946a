using System.Text;

namespace Microsoft.Data.Analysis;

/// <summary>Splits comma-separated text into fields; quoted fields may hold separators, line ends and doubled quotes.</summary>
internal static class CsvFields
{
    public static IEnumerable<string[]> Read(TextReader reader, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        while (reader.Peek() >= 0)
        {
            fields.Clear();
            do
                fields.Add(ReadField(reader, separator, field));
            while (reader.Peek() == separator && reader.Read() == separator);
            EndLine(reader);
            if (fields.Count > 1 || fields[0].Length > 0)
                yield return [.. fields];
        }
    }

    private static string ReadField(TextReader reader, char separator, StringBuilder field)
    {
        field.Clear();
        var quoted = reader.Peek() == '"';
        if (quoted)
            reader.Read();
        while (reader.Peek() is >= 0 and var next)
        {
            if (!quoted && (next == separator || next is '\r' or '\n'))
                break;
            reader.Read();
            if (quoted && next == '"')
            {
                if (reader.Peek() != '"')
                {
                    quoted = false;
                    continue;
                }
                reader.Read();
            }
            field.Append((char)next);
        }
        return field.ToString().Trim();
    }

    private static void EndLine(TextReader reader)
    {
        if (reader.Peek() == '\r')
            reader.Read();
        if (reader.Peek() == '\n')
            reader.Read();
    }
}
