namespace Samples.Shared.Terminal;

/// <summary>A table in plain text: first column left, the others right, two spaces between.</summary>
public sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] cells)
    {
        if (cells.Length != header.Length)
            throw new ArgumentException($"A row has {cells.Length} cells, the table {header.Length} columns.", nameof(cells));
        _rows.Add(cells);
    }

    public void Print()
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(c => _rows.Max(row => row[c].Length))];
        for (int r = 0; r < _rows.Count; r++)
        {
            Console.WriteLine(Line(_rows[r], widths));
            if (r == 0)
                Console.WriteLine(new string('-', widths.Sum() + 2 * (widths.Length - 1)));
        }
    }

    /// <summary>The same table in Markdown.</summary>
    public string Markdown()
    {
        IEnumerable<string> lines = _rows.Select(row => "| " + string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|"))) + " |");
        string rule = "|---" + string.Concat(Enumerable.Repeat("|--:", header.Length - 1)) + "|";
        return string.Join('\n', lines.Take(1).Append(rule).Concat(lines.Skip(1))) + "\n";
    }

    private static string Line(string[] row, int[] widths) =>
        string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd();
}
