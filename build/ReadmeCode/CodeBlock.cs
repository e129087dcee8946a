namespace ReadmeCode;

/// <summary>A C# block of a Markdown file.</summary>
/// <param name="File">The Markdown file.</param>
/// <param name="Line">The number of its first line in the file, counted from 1.</param>
/// <param name="Lines">What stands between the fences.</param>
internal sealed record CodeBlock(string File, int Line, IReadOnlyList<string> Lines)
{
    private const string Fence = "```";

    /// <summary>The C# blocks of a file, in their order.</summary>
    public static IReadOnlyList<CodeBlock> Read(string file, IReadOnlyList<string> markdown)
    {
        var blocks = new List<CodeBlock>();
        for (int i = 0; i < markdown.Count; i++)
        {
            if (!markdown[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            int first = i + 1;
            string[] lines = [.. markdown.Skip(first).TakeWhile(line => line.TrimEnd() != Fence)];
            if (markdown[i].TrimEnd() == Fence + "csharp")
                blocks.Add(new CodeBlock(file, first + 1, lines));
            i = first + lines.Length;
        }
        return blocks;
    }
}
