using Benchmarks;

const string Usage = """
    Benchmarks miniboone40 [FOLDER]   test NLL on MINIBOONE in 40 columns: NVF, plain flow, Gaussian
    Benchmarks scoring                time of scoring through an IDataView against arrays

    Options and data: see benchmarks/README.md
    """;

try
{
    switch (args.FirstOrDefault())
    {
        case "miniboone40":
            MinibooneBenchmark.Run(args[1..]);
            return 0;
        case "scoring":
            ScoringBenchmark.Run(args[1..]);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (Exception problem) when (problem is ArgumentException or FormatException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
