namespace QuickStart;

/// <summary>What the user asked for.</summary>
/// <param name="Figure">Where the figure of the toys goes.</param>
/// <param name="Help">Whether to print the help and stop.</param>
internal sealed record CommandLine(string Figure, bool Help)
{
    public const string Usage = """
        Fits normalizing variational flows through an ML.NET pipeline.

          QuickStart                    two toy distributions whose true density is known: a plain flow beside an NVF,
                                        figures in the terminal, a picture in quickstart.svg, a model in quickstart.zip
          QuickStart --out FIGURE.svg   the same, written there
          QuickStart --help             this text

        Tables of your own are for the command flows: flows fit TABLE.csv
        """;

    /// <exception cref="ArgumentException">The arguments cannot be understood; the message says why.</exception>
    public static CommandLine Parse(string[] arguments) => arguments switch
    {
        [] => new("quickstart.svg", Help: false),
        ["-h" or "--help", ..] => new("", Help: true),
        ["--out", var figure] => new(figure, Help: false),
        ["--out"] => throw new ArgumentException("--out needs the path of the figure to write."),
        _ => throw new ArgumentException($"'{string.Join(' ', arguments)}' is not understood."),
    };
}
