using System.Globalization;
using Benchmarks.Shared;
using Clustering;
using Clustering.Data;
using Clustering.Methods;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

if (args.Contains("--help"))
{
    Console.WriteLine($"""
        Clustering [--data NAME,NAME] [--seed 1,2,3] [--tolerance 0.05] [--folder FOLDER] [--out FILE]

        Data: {string.Join(", ", DataSets.Names)}; files are read from --folder.
        --tolerance is the tolerance of agreement with which a number of clusters is chosen: 0 is agreement alone, 1 held-out density alone.
        """);
    return 0;
}

try
{
    var arguments = new Arguments(args, "data", "seed", "tolerance", "folder", "out");
    string[] names = (arguments.Text("data") ?? string.Join(',', DataSets.Names)).Split(',');
    int[] seeds = [.. (arguments.Text("seed") ?? "1,2,3").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
    var free = new FlowClusters(knowsNumber: false, arguments.Number("tolerance", new NormalizingVariationalFlowClusteringOptions().AgreementTolerance));
    (string Name, IClusterMethod Method)[] methods =
    [
        ("k-means", new NearestCenters()), ("Gaussian mixture", new Gaussians()), ("flow", new FlowClusters(knowsNumber: true)), ("flow, K chosen", free),
    ];
    var table = new TextTable(["data", "rows", "columns", "groups", .. methods.Select(method => method.Name), "K", "processor seconds"]);
    foreach (string name in names)
    {
        var scores = methods.Select(_ => new List<double>()).ToArray();
        var chosen = new List<int>();
        var seconds = new double[methods.Length];
        foreach (int seed in seeds)
        {
            LabeledRows data = DataSets.Load(name, seed, arguments.Text("folder"));
            for (int m = 0; m < methods.Length; m++)
            {
                TimeSpan start = Environment.CpuUsage.TotalTime;
                scores[m].Add(MutualInformation.Normalized(data.Labels, methods[m].Method.Cluster(data, seed)));
                seconds[m] += (Environment.CpuUsage.TotalTime - start).TotalSeconds / seeds.Length;
            }
            chosen.Add(free.Chosen);
        }
        LabeledRows first = DataSets.Load(name, seeds[0], arguments.Text("folder"));
        table.Add([
            name, first.Rows.Length.ToString("N0", CultureInfo.InvariantCulture), $"{first.Rows[0].Length}", $"{first.Groups}",
            .. scores.Select(Summary), string.Join(", ", chosen), string.Join(", ", seconds.Select(value => value.ToString("F0", CultureInfo.InvariantCulture))),
        ]);
    }
    Console.WriteLine();
    table.Print();
    if (arguments.Text("out") is { } file)
        File.WriteAllText(file, table.Markdown());
    return 0;
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

// The mean over the seeds, and the least.
static string Summary(List<double> values) => string.Create(CultureInfo.InvariantCulture, $"{values.Average():F3} ({values.Min():F3})");
