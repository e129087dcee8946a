using AnomalyBenchmark;
using Benchmarks.Shared;

const string Usage = """
    Anomaly --splits FOLDER --out FILE [--folder FOLDER] [--tables NAME,NAME] [--threads N] [--contamination SHARE] [--flagged FILE]

    Trains a detector with the defaults on each split of each table (csv.gz, last column anomaly), without labels, and writes table,protocol,seed,auroc.
    Contamination is 0 for the protocol oneclass, whose rows are good, N percent for toldN, and estimated for others; --contamination gives a share, or estimated, for all.
    --flagged writes what share of good test rows and of anomalies is flagged at some false-positive rates.
    What the file has is not done again. See benchmarks/README.md.
    """;

if (args.Length == 0 || args.Contains("--help"))
{
    Console.WriteLine(Usage);
    return args.Length == 0 ? 2 : 0;
}

using var interruption = new Interruption();
try
{
    var arguments = new Arguments(args, "folder", "splits", "out", "tables", "threads", "contamination", "flagged");
    string folder = arguments.Text("folder") ?? RepositoryData.Folder("anomaly");
    ILookup<string, Split> splits = Split.Find(arguments.Text("splits") ?? throw new ArgumentException("--splits is needed: the folder of the splits."));
    var results = new ResultFile(arguments.Text("out") ?? throw new ArgumentException("--out is needed: the file for the results."));
    int? threads = arguments.Text("threads") is null ? null : arguments.Integer("threads", 1);
    Func<Split, double?> contamination = arguments.Text("contamination") switch
    {
        null => split => split.Told,
        "estimated" => _ => null,
        _ => _ => arguments.Number("contamination", 0),
    };
    var flagged = arguments.Text("flagged") is { } file ? new FlaggedShares(file) : null;
    string[] known = [.. Directory.GetFiles(folder, "*" + LabelledTable.Extension).Select(path => Path.GetFileName(path)[..^LabelledTable.Extension.Length]).Order()];
    string[] names = arguments.Text("tables")?.Split(',') ?? known;
    if (names.Except(known).FirstOrDefault() is { } unknown)
        throw new ArgumentException($"There is no table {unknown} in {folder}; known: {string.Join(", ", known)}.");
    if (!names.Any(name => splits[name].Any()))
        throw new ArgumentException($"There is no split of {string.Join(", ", names)} in the folder of splits.");
    foreach (string name in names)
    {
        Split[] left = [.. splits[name].Where(split => !results.Has(split))];
        if (left.Length == 0)
            continue;
        var table = LabelledTable.Read(Path.Combine(folder, name + LabelledTable.Extension));
        foreach (Split split in left)
            results.Add(split, DetectorRun.Judge(table, split, threads, contamination(split), flagged, interruption.Token));
    }
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command goes on with the splits that are left.");
    return 130;
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
