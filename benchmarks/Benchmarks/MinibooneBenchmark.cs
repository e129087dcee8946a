using System.Globalization;
using System.Text.Json;
using Benchmarks.Shared;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace Benchmarks;

/// <summary>
/// Negative log-likelihood of the whole test set of MINIBOONE in 40 columns (5,593 training rows; not comparable with the
/// published MINIBOONE figures): NVF, plain flow of the same depth, full-covariance Gaussian.
/// </summary>
internal static class MinibooneBenchmark
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Run(string[] args)
    {
        var arguments = new Arguments(
            args, "json", "seed", "epochs", "states", "layers", "hidden", "dropout", "learning-rate", "patience", "batch", "weight-decay");
        string folder = arguments.Path(RepositoryData.Folder("density/miniboone40"));
        float[][] training = NpyReader.Read<float>(Path.Combine(folder, "train40.npy"));
        float[][] validation = NpyReader.Read<float>(Path.Combine(folder, "val40.npy"));
        float[][] test = NpyReader.Read<float>(Path.Combine(folder, "test40.npy"));
        Console.WriteLine($"{training.Length} / {validation.Length} / {test.Length} rows of {test[0].Length} columns");

        var ml = new MLContext(seed: arguments.Integer("seed", 1));
        var gaussian = new FullGaussian(training);
        var lines = new List<Line> { new("full-covariance Gaussian", [.. test.Select(gaussian.LogDensity)]) };
        using Training plain = Fit("plain flow", states: 1);
        lines.Add(Score("plain flow", plain));
        using Training nvf = Fit("NVF", arguments.Integer("states", 10));
        lines.Add(Score("NVF", nvf));

        Print(lines);
        if (arguments.Text("json") is { } path)
            WriteJson(path, string.Join(' ', args), lines);

        Training Fit(string name, int states) => Training.Run(
            ml,
            name,
            new NormalizingVariationalFlowOptions
            {
                Flow = { Latent = FlowLatent.Discrete(states), Layers = arguments.Integer("layers", 5), HiddenUnits = arguments.Integer("hidden", 32) },
                Training = { Dropout = arguments.Number("dropout", 0.2), WeightDecay = arguments.Number("weight-decay", 0), BatchSize = arguments.Integer("batch", 128), LearningRate = arguments.Number("learning-rate", 2e-3), Epochs = arguments.Integer("epochs", 60), Patience = arguments.Integer("patience", 15) },
            },
            training,
            validation);

        Line Score(string name, Training flow) => new(name, flow.LogDensities(test))
        {
            Elbo = Shared.Elbo.Of(flow.Model, test),
            Report = flow.Model.Report,
            Time = flow.Time,
        };
    }

    private static void Print(List<Line> lines)
    {
        Line plain = lines[1], nvf = lines[2];
        Console.WriteLine();
        Console.WriteLine("| model | test NLL, exact | -ELBO | I(x;z) | states used | parameters | best epoch | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (Line line in lines)
        {
            TrainingReport? report = line.Report;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {line.Name} | {line.Nll.Show(2)} | {line.NegativeElbo?.Show(2)} | {report?.MutualInformation:F2} | {report?.StatesUsed} | {report?.Parameters} | {report?.BestEpoch} | {line.Time?.TotalSeconds:F0} |"));
        }
        Console.WriteLine();
        Console.WriteLine($"NVF minus plain flow, row by row: {Estimate.Of(Difference(nvf, plain)).Show(2)} nats (negative: NVF better)");
        if (nvf.Elbo is { } elbo)
        {
            double excess = elbo.Zip(nvf.LogDensities, (bound, exact) => bound - exact).Max();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Largest ELBO - exact log-density of a row: {excess:E1} (above rounding it would be a bug)"));
        }
    }

    private static double[] Difference(Line a, Line b) => [.. a.LogDensities.Zip(b.LogDensities, (x, y) => y - x)];

    private static void WriteJson(string path, string command, List<Line> lines)
    {
        var content = new
        {
            benchmark = "miniboone40",
            arguments = command,
            models = lines.Select(line => new
            {
                line.Name,
                TestNll = line.Nll.Mean,
                line.Nll.TwoStandardErrors,
                NegativeElbo = line.NegativeElbo?.Mean,
                line.Report,
                Seconds = line.Time?.TotalSeconds,
            }),
            NvfMinusPlain = Estimate.Of(Difference(lines[2], lines[1])),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(content, Indented));
        Console.WriteLine($"Written: {Path.GetFullPath(path)}");
    }

    private sealed record Line(string Name, double[] LogDensities)
    {
        public double[]? Elbo { get; init; }

        public TrainingReport? Report { get; init; }

        public TimeSpan? Time { get; init; }

        public Estimate Nll => Estimate.Of([.. LogDensities.Select(value => -value)]);

        public Estimate? NegativeElbo => Elbo is null ? null : Estimate.Of([.. Elbo.Select(value => -value)]);
    }
}
