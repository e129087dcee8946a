using System.Globalization;

namespace AnomalyBenchmark;

/// <summary>What share of good rows and of anomalies is flagged at a false-positive rate, <c>table,protocol,seed,rate,good,bad</c>, for <c>false_alarms.py judge</c>.</summary>
internal sealed class FlaggedShares
{
    private const string Header = "table,protocol,seed,rate,good,bad";

    private static readonly double[] s_rates = [0.01, 0.02, 0.1];

    private readonly string _path;

    /// <exception cref="InvalidDataException">The file is there and is something else.</exception>
    public FlaggedShares(string path)
    {
        _path = path;
        if (!File.Exists(path))
            File.WriteAllText(path, Header + "\n");
        else if (File.ReadLines(path).FirstOrDefault() != Header)
            throw new InvalidDataException($"{path} is there and does not start with '{Header}': name another file with --flagged.");
    }

    /// <param name="split">Whose test rows they are.</param>
    /// <param name="rows">P-values and labels.</param>
    public void Add(Split split, IReadOnlyCollection<(float PValue, bool IsBad)> rows) => File.AppendAllLines(_path, s_rates.Select(rate =>
        string.Create(CultureInfo.InvariantCulture, $"{split.Table},{split.Protocol},{split.Seed},{rate},{Share(rows, rate, isBad: false):F6},{Share(rows, rate, isBad: true):F6}")));

    private static double Share(IEnumerable<(float PValue, bool IsBad)> rows, double rate, bool isBad) =>
        rows.Where(row => row.IsBad == isBad).Select(row => row.PValue <= rate + 1e-6 ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();
}
