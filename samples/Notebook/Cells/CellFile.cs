namespace NotebookSample.Cells;

/// <summary>
/// A C# file that is a notebook as well, in the percent format of Jupytext: <c>// %%</c> begins a cell of code, <c>// %% [markdown]</c> one
/// of text, which is written in comments. Cells stand in a method; they begin at the first such line and end where the method does.
/// </summary>
internal sealed class CellFile
{
    private const string Code = "// %%", Text = "// %% [markdown]";

    private CellFile(IReadOnlyList<string> usings, IReadOnlyList<Cell> cells) => (Usings, Cells) = (usings, cells);

    /// <summary>The using directives of the file.</summary>
    public IReadOnlyList<string> Usings { get; }

    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>The first headline.</summary>
    public string Title => Cells.Where(cell => !cell.IsCode).SelectMany(cell => cell.Source.Split('\n')).FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..] ?? "";

    public static CellFile Parse(string source)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        int first = Array.FindIndex(lines, IsMarker);
        if (first < 0)
            throw new InvalidDataException($"The file has no line '{Code}', so that there are no cells.");
        int indent = Indent(lines[first]);
        int end = Array.FindIndex(lines, first, line => line.Trim().Length > 0 && Indent(line) < indent);
        if (end < 0)
            end = lines.Length;
        int[] starts = [.. Enumerable.Range(first, end - first).Where(i => IsMarker(lines[i])), end];
        var cells = starts.Zip(starts.Skip(1), (start, next) => Read(lines, start, next, indent)).Where(cell => cell.Source.Length > 0);
        return new CellFile([.. lines.Where(line => line.StartsWith("using ", StringComparison.Ordinal))], [.. cells]);
    }

    private static Cell Read(string[] lines, int start, int next, int indent)
    {
        bool isCode = lines[start].Trim() != Text;
        var own = lines[(start + 1)..next].Select(line => line.Length > indent ? line[indent..] : line.Trim());
        if (!isCode)
            own = own.Select(line => line.TrimStart('/')).Select(line => line.StartsWith(' ') ? line[1..] : line);
        return new Cell(isCode, string.Join('\n', own).Trim('\n'), start + 1, next);
    }

    private static bool IsMarker(string line) => line.Trim() is Code or Text;

    private static int Indent(string line) => line.Length - line.TrimStart().Length;
}
