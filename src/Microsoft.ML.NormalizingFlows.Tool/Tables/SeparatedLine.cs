using System.Text;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>A line of separated values (RFC 4180): quoted fields may hold separators, doubled quotes and line ends. Samples compile it too.</summary>
internal static class SeparatedLine
{
    /// <summary>The next line, continued while a quoted field is open; null at the end.</summary>
    public static string? Read(TextReader reader)
    {
        string? line = reader.ReadLine();
        if (line is null || line.AsSpan().Count('"') % 2 == 0)
            return line;
        var joined = new StringBuilder(line);
        bool open = true;
        while (open && reader.ReadLine() is { } next)
        {
            joined.Append('\n').Append(next);
            open ^= next.AsSpan().Count('"') % 2 == 1;
        }
        return joined.ToString();
    }

    /// <summary>Whether quotes begin within a value that has none around it, such as that of <c>5" pipe</c>: what they enclose would reach into other values, or rows.</summary>
    public static bool HasStrayQuotes(string line, char separator)
    {
        // Most lines have no quotes, and files many lines.
        if (!line.Contains('"'))
            return false;
        bool quoted = false, begun = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                i++;
            else if (c == '"' && !quoted && begun)
                return true;
            else if (c == '"')
                (quoted, begun) = (!quoted, true);
            else if (!quoted)
                begun = c != separator && (begun || !char.IsWhiteSpace(c));
        }
        return false;
    }

    /// <summary>The fields of a line.</summary>
    public static List<string> Split(string line, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == separator && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
                field.Append(c);
        }
        fields.Add(field.ToString());
        return fields;
    }
}
