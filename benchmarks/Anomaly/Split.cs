using System.Globalization;

namespace AnomalyBenchmark;

/// <summary>Which rows of a table are trained on and which are judged: a file <c>TABLE.PROTOCOL.SEED.csv</c> with the columns row and part.</summary>
internal sealed record Split(string Table, string Protocol, int Seed, string Path)
{
    private const string OneClass = "oneclass", ToldPercent = "told";

    /// <summary>The share of anomalies among the training rows that the protocol tells: 0 for <c>oneclass</c>, N percent for <c>toldN</c>; null for others.</summary>
    public double? Told => Protocol == OneClass ? 0
        : Protocol.StartsWith(ToldPercent, StringComparison.Ordinal) && int.TryParse(Protocol[ToldPercent.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int percent) ? percent / 100.0 : null;

    /// <summary>The splits of a folder by the name of their table; other files are passed over.</summary>
    public static ILookup<string, Split> Find(string folder) => Directory.GetFiles(folder, "*.csv")
        .Select(Parse).OfType<Split>().OrderBy(split => split.Protocol).ThenBy(split => split.Seed).ToLookup(split => split.Table);

    /// <exception cref="InvalidDataException">A line is not understood, or names a row that the table lacks.</exception>
    public (int[] Training, int[] Test) Read(int rows)
    {
        var training = new List<int>();
        var test = new List<int>();
        foreach (string line in File.ReadLines(Path).Skip(1))
        {
            string[] fields = line.Split(',');
            if (fields.Length != 2 || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int row) || row >= rows || fields[1] is not ("train" or "test"))
                throw new InvalidDataException($"{Path}: '{line}' should be the number of a row, from 0 to {rows - 1}, and train or test.");
            (fields[1] == "train" ? training : test).Add(row);
        }
        if (training.Count == 0 || test.Count == 0)
            throw new InvalidDataException($"{Path} has {training.Count} rows to train on and {test.Count} to test.");
        return ([.. training], [.. test]);
    }

    private static Split? Parse(string path)
    {
        string[] parts = System.IO.Path.GetFileNameWithoutExtension(path).Split('.');
        return parts.Length >= 3 && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
            ? new Split(string.Join('.', parts[..^2]), parts[^2], seed, path)
            : null;
    }
}
