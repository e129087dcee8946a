using System.Globalization;
using PaperToys.Plane;
using Samples.Shared.Toys;

namespace PaperToys;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Reproduces Figures 1, 3 and 5 of arXiv 2211.11638, Normalizing Variational Flows.

          Toy --out FOLDER            figures (SVG) and tables (Markdown) go there; it is made where it is missing
            --seeds N                 trainings of each flow, 1 to 100; default 3
            --noise S[,S...]          noise of the two moons, 0.01 to 0.1; default 0.05,0.01 (0.01 is the paper's)
            --epochs N                passes over the 1,024 training points; default 300
            --batch N                 points of a gradient step; default 256
            --learning-rate R         step size at the start, above 0, to 1; default 0.008
          Toy --help                  this text
        """;

    public string Folder { get; private set; } = "";

    public int Seeds { get; private set; } = 3;

    public double[] Noise { get; private set; } = [0.05, 0.01];

    public TrainingChoice Training { get; private set; } = new(Epochs: 300, BatchSize: 256, LearningRate: 8e-3);

    public bool Help { get; private set; }

    /// <exception cref="ArgumentException">The arguments cannot be understood; the message says why.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var command = new CommandLine { Help = arguments.Any(argument => argument is "-h" or "--help") };
        if (command.Help)
            return command;
        for (int i = 0; i < arguments.Length; i += 2)
            command.Take(arguments[i], i + 1 < arguments.Length ? arguments[i + 1] : null);
        if (command.Folder.Length == 0)
            throw new ArgumentException("Say where the figures go: --out FOLDER.");
        return command;
    }

    private void Take(string option, string? value)
    {
        if (option is not ("--out" or "--seeds" or "--noise" or "--epochs" or "--batch" or "--learning-rate"))
            throw new ArgumentException(option.StartsWith('-') ? $"There is no option {option}." : $"'{option}' belongs to no option.");
        if (string.IsNullOrEmpty(value))
            throw new ArgumentException($"{option} needs a value after it.");
        switch (option)
        {
            case "--out":
                Folder = value;
                break;
            case "--seeds":
                Seeds = Whole(option, value, 100);
                break;
            case "--noise":
                Noise = [.. value.Split(',').Select(part => Number(option, part, Moons.MinimumNoise, 0.1)).Distinct()];
                break;
            case "--epochs":
                Training = Training with { Epochs = Whole(option, value, 100_000) };
                break;
            case "--batch":
                Training = Training with { BatchSize = Whole(option, value, Trial.TrainingRows) };
                break;
            default:
                Training = Training with { LearningRate = Number(option, value, double.Epsilon, 1) };
                break;
        }
    }

    private static int Whole(string option, string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
            ? number
            : throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"{option} takes a whole number from 1 to {most:N0}, not '{value}'."));

    private static double Number(string option, string value, double least, double most)
    {
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most)
            return number;
        string range = least == double.Epsilon ? "above 0" : "from " + least.ToString(CultureInfo.InvariantCulture);
        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option} takes a number {range} to {most}, not '{value}'."));
    }
}
