namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>How much room text takes, near enough for any sans-serif font.</summary>
internal static class TextSize
{
    /// <summary>The width of a line in pixels.</summary>
    public static double Width(string text, double size) => 0.56 * size * text.Length;

    /// <summary>Breaks text between words into lines of at most so many pixels.</summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Width(longer, size) > width)
            {
                lines.Add(line);
                longer = word;
            }
            line = longer;
        }
        if (line.Length > 0)
            lines.Add(line);
        return lines;
    }
}
