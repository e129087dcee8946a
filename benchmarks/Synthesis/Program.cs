using System.Diagnostics;
using System.Globalization;
using Benchmarks.Shared;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Plots;
using Microsoft.ML.Runtime;
using SynthesisBenchmark.Generators;
using SynthesisBenchmark.Tables;

const string Usage = """
    Synthesis --train FILE.csv --target COLUMN [--test FILE.csv] [--out FILE.csv] [--report PAGE.html] [--generator flow|independent|smote]
              [--ignore COLUMN,COLUMN] [--separator C] [--missing MARK] [--rows N] [--seed N]
              [--trees N] [--leaf ROWS] [--threads N]

    Learns a table of numbers and texts, writes as many synthetic rows, and prints the figures of a quality report on them. Without --test a fifth of the rows is held
    out, the same for every seed, and both parts are written beside the synthetic rows. --report none leaves the figures out. See benchmarks/README.md.
    """;

if (args.Length == 0 || args.Contains("--help"))
{
    Console.WriteLine(Usage);
    return args.Length == 0 ? 2 : 0;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var interruption = new Interruption();
try
{
    var given = new Arguments(
        args, "train", "test", "target", "out", "report", "generator", "ignore", "separator", "missing", "rows", "seed", "trees", "leaf", "threads");
    string path = given.Text("out") ?? "synthetic.csv";
    string target = given.Text("target") ?? throw new ArgumentException("--target is needed: the column that a model is to predict.");
    var (train, test) = TrainAndTest.Read(given, path);
    if (!train.Varies(train.Find(target)))
        throw new ArgumentException($"The target '{target}' has the same value in all rows, so that there is nothing to predict: choose another --target.");
    int seed = given.Integer("seed", 1), rows = given.Integer("rows", train.Rows);
    var ml = new MLContext(seed);
    ml.Log += (_, e) =>
    {
        if (e.Kind == ChannelMessageKind.Info)
            Console.Error.WriteLine(e.RawMessage);
    };
    IGenerator generator = Generator(given, ml);
    bool[] numeric = [.. train.Numeric().Zip(test.Numeric(), (a, b) => a && b)];
    var table = train.ToDataFrame(numeric);

    var watch = Stopwatch.StartNew();
    generator.Learn(table, interruption.Token);
    double training = watch.Elapsed.TotalSeconds;
    watch.Restart();
    CsvWriter.Write(path, generator.Sample(rows, seed), train.Separator, train.Missing);
    Console.WriteLine($"train_s={training:F1} sample_rows_per_s={rows / watch.Elapsed.TotalSeconds:F0} rows={rows} out={path}");

    Console.WriteLine($"log_density={generator.LogDensity(test.ToDataFrame(numeric)):F4}");
    if (given.Text("report") == "none")
        return 0;
    var report = ml.Data.QualityReport(table, generator.Sample(rows, seed), new QualityReportOptions
    {
        Test = test.ToDataFrame(numeric),
        TargetColumnName = target,
        Seed = 1,
        Progress = new Progress<QualityProgress>(step => Console.Error.WriteLine($"Report: {step.Step}")),
        Cancellation = interruption.Token,
    });
    var utility = report.Measure("Utility");
    Console.WriteLine(string.Join(' ', report.Measures.Select(measure => $"{measure.Name}={measure.Value:F4}").Append($"Utility of real rows={utility.Goal:F4}")));
    if (given.Text("report") is { } page)
        report.SaveHtml(page);
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

static IGenerator Generator(Arguments given, MLContext ml)
{
    switch (given.Text("generator") ?? "flow")
    {
        case "flow":
            var options = new SynthesizerOptions();
            options.Trees = given.Integer("trees", options.Trees);
            options.MinimumLeafRows = given.Integer("leaf", options.MinimumLeafRows);
            options.Threads = given.Text("threads") is null ? null : given.Integer("threads", 1);
            return new FlowGenerator(ml, options);
        case "independent":
            return new IndependentGenerator();
        case "smote":
            return new NeighbourGenerator();
        case var other:
            throw new ArgumentException($"There is no generator '{other}'; known: flow, independent, smote.");
    }
}
