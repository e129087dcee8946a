using Benchmarks.Shared;
using Density;
using Density.Data;
using Density.Models;
using Density.Reports;
using Density.Runs;

if (args.Length == 0 || args.Contains("--help"))
{
    Console.WriteLine($"""
        Density --data NAME[,NAME] --model NAME[,NAME] [--seed 1,2,3]   train, evaluate, write a record of each run
        Density table [--out FOLDER] [--reference MODEL]                the records as Markdown, paired with a model (nsf-c)

        Data: {string.Join(", ", DataSets.Names)}; or --train, --validation and --test FILE, or --file FILE
        Models: {string.Join(", ", ModelList.Names)}

        Options: see benchmarks/Density/README.md
        """);
    return args.Length == 0 ? 2 : 0;
}

using var interruption = new Interruption();
try
{
    if (args[0] is "table" or "--table")
    {
        var options = new Arguments(args[1..], "out", "reference");
        string folder = BenchmarkCommand.Out(options);
        List<FinishedRun> runs = RunFolder.ReadAll(folder);
        if (runs.Count == 0)
            throw new InvalidDataException($"There is no finished run in {folder}; --out names another folder.");
        string reference = options.Text("reference") ?? "nsf-c";
        ModelList.CheckName(reference);
        Console.Write(MarkdownReport.Of(runs, reference));
        return 0;
    }
    var command = new BenchmarkCommand(args);
    foreach (string? name in command.Data)
    {
        DensityData data = command.Load(name);
        Console.WriteLine($"{data.Name}: {data.Training.Length} / {data.Validation.Length} / {data.Test.Length} rows of {data.Columns} columns");
        foreach (int seed in command.Seeds)
        {
            foreach (string model in command.Models)
            {
                RunSettings settings = command.Settings(data, model, seed);
                Run.Complete(settings, data, command.Folder(settings), string.Join(' ', args), interruption.Token);
            }
        }
    }
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine();
    Console.Error.WriteLine("Stopped. The same command goes on from the last checkpoint.");
    return 130;
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
