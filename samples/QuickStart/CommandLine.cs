namespace QuickStart;

/// <summary>What the user asked for.</summary>
/// <param name="Csv">A file of the user's; null for the toys.</param>
/// <param name="Figure">Where the figure of the toys goes.</param>
/// <param name="Help">Whether to print the help and stop.</param>
internal sealed record CommandLine(string? Csv, string Figure, bool Help)
{
    public const string Usage = """
        Fits normalizing variational flows through an ML.NET pipeline.

          QuickStart                    two toy distributions whose true density is known: a plain flow beside an NVF,
                                        figures in the terminal, a picture in quickstart.svg, a model in quickstart.zip
          QuickStart --out FIGURE.svg   the same, written there
          QuickStart TABLE.csv[.gz]     your table: fits its numeric columns, prints how likely its rows are
                                        and the ten least likely ones (separator , ; or tab; first line is a header)
          QuickStart --help             this text
        """;

    /// <exception cref="ArgumentException">The arguments cannot be understood; the message says why.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        string? csv = null, figure = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "-h" or "--help":
                    return new CommandLine(null, "", true);
                case "--out" when i + 1 < arguments.Length:
                    figure = arguments[++i];
                    break;
                case "--out":
                    throw new ArgumentException("--out needs the path of the figure to write.");
                case var option when option.StartsWith('-'):
                    throw new ArgumentException($"There is no option {option}.");
                case var path when csv is null:
                    csv = path;
                    break;
                case var extra:
                    throw new ArgumentException($"One table at a time: '{csv}' or '{extra}'.");
            }
        }
        if (csv is not null && figure is not null)
            throw new ArgumentException("--out is for the figure of the toys; a table of your own gets none.");
        return new CommandLine(csv, figure ?? "quickstart.svg", false);
    }
}
