using Benchmarks.Shared;

namespace SynthesisBenchmark.Tables;

/// <summary>The table to learn and the rows that are kept from the generator.</summary>
internal static class TrainAndTest
{
    private const double TrainingShare = 0.8;
    private const int SplitSeed = 1;

    /// <summary>Reads <c>--train</c> and <c>--test</c>; without the latter splits the former, and writes both parts beside <paramref name="output"/>.</summary>
    /// <exception cref="ArgumentException">An option is missing or wrong.</exception>
    /// <exception cref="InvalidDataException">A file does not fit.</exception>
    public static (CsvTable Train, CsvTable Test) Read(Arguments given, string output)
    {
        char? separator = given.Text("separator") switch
        {
            null => null,
            "\\t" => '\t',
            { Length: 1 } one => one[0],
            var other => throw new ArgumentException($"--separator is '{other}', but must be one character, or \\t."),
        };
        CsvTable ReadOne(string path)
        {
            var table = CsvTable.Read(path, separator, given.Text("missing") ?? "NA");
            return given.Text("ignore") is { } ignored ? table.Without(ignored.Split(',')) : table;
        }

        var train = ReadOne(given.Text("train") ?? throw new ArgumentException("--train is needed: the table to learn."));
        if (given.Text("test") is { } path)
        {
            var test = ReadOne(path);
            return test.Names.SequenceEqual(train.Names)
                ? (train, test)
                : throw new InvalidDataException($"{path} has the columns {string.Join(", ", test.Names)}, but the table to learn has {string.Join(", ", train.Names)}: give the same, in the same order.");
        }
        var parts = train.Split(TrainingShare, SplitSeed);
        parts.First.Write(Path.ChangeExtension(output, ".train.csv"));
        parts.Second.Write(Path.ChangeExtension(output, ".test.csv"));
        return parts;
    }
}
