using System.Globalization;

namespace AnomalyBenchmark;

/// <summary>The results, <c>table,protocol,seed,auroc</c>, a line as soon as it is known; what the file has already is not done again.</summary>
internal sealed class ResultFile
{
    private const string Header = "table,protocol,seed,auroc";

    private readonly string _path;
    private readonly HashSet<(string, string, int)> _done = [];

    /// <exception cref="InvalidDataException">The file is there and is something else.</exception>
    public ResultFile(string path)
    {
        _path = path;
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (lines.Length > 0 && lines[0] != Header)
            throw new InvalidDataException($"{path} is there and does not start with '{Header}': name another file with --out.");
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split(',');
            if (fields.Length == 4)
                _done.Add((fields[0], fields[1], int.Parse(fields[2], CultureInfo.InvariantCulture)));
        }
        if (lines.Length == 0)
            File.WriteAllText(path, Header + "\n");
    }

    public bool Has(Split split) => _done.Contains((split.Table, split.Protocol, split.Seed));

    public void Add(Split split, double auroc) =>
        File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{split.Table},{split.Protocol},{split.Seed},{auroc:F6}\n"));
}
