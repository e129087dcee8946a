using System.Globalization;

namespace SearchSample;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Searches the options of a flow for those that give held-out rows the greatest log-density.

          Search                     on a generated table of used cars
          Search TABLE.csv[.gz]      on the numeric columns of your table (separator , ; or tab; first line is a header)
            --trials N               choices of options in the first round, 3 to 10,000; default 27
            --epochs N               passes over the training rows in the first round, 1 to 10,000; default 6
            --options A[,B...]       search these options alone
            --seed N                 another seed draws other choices; default 1
            --out FIGURE.svg         the picture goes there, all trials to a .csv beside it; default search.svg
          Search --help              this text
        """;

    public string? Csv { get; private set; }

    public int Trials { get; private set; } = 27;

    public int Epochs { get; private set; } = 6;

    public IReadOnlyList<string>? Options { get; private set; }

    public int Seed { get; private set; } = 1;

    public string Figure { get; private set; } = "search.svg";

    public bool Help { get; private set; }

    /// <exception cref="ArgumentException">The arguments cannot be understood; the message says why.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var command = new CommandLine { Help = arguments.Any(argument => argument is "-h" or "--help") };
        for (int i = 0; i < arguments.Length && !command.Help; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-'))
                command.Csv = command.Csv is null ? argument : throw new ArgumentException($"One table at a time: '{command.Csv}' or '{argument}'.");
            else if (argument is "--trials" or "--epochs" or "--options" or "--seed" or "--out")
                command.Take(argument, ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{argument} needs a value after it."));
            else
                throw new ArgumentException($"There is no option {argument}.");
        }
        return command;
    }

    private void Take(string option, string value)
    {
        switch (option)
        {
            case "--trials":
                Trials = Whole(option, value, 3, 10_000);
                break;
            case "--epochs":
                Epochs = Whole(option, value, 1, 10_000);
                break;
            case "--options":
                Options = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                break;
            case "--seed":
                Seed = Whole(option, value, 0, int.MaxValue);
                break;
            default:
                Figure = value;
                break;
        }
    }

    private static int Whole(string option, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option} takes a whole number from {least:N0} to {most:N0}, not '{value}'."));
}
