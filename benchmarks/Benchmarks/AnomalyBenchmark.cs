using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using QuickStart.Tables;

namespace Benchmarks;

/// <summary>
/// AUROC of -LogDensity on tables of ADBench, one-class protocol: train on half of the normal rows, test on the other half
/// and all anomalies. The label is the last column.
/// </summary>
internal static class AnomalyBenchmark
{
    private static readonly string[] Tables = ["breastw", "Cardiotocography"];

    public static void Run(string[] args)
    {
        var arguments = new Arguments(args, "seed", "tables", "states", "epochs");
        string folder = arguments.Path(RepositoryData.Folder("anomaly"));
        int seed = arguments.Integer("seed", 1);
        string[] tables = arguments.Text("tables")?.Split(',') ?? Tables;
        var lines = new List<string>();
        foreach (string table in tables)
            lines.Add(Judge(Path.Combine(folder, table + ".csv.gz"), table, seed, arguments));

        Console.WriteLine();
        Console.WriteLine($"| table | training rows | test rows (anomalies) | columns | plain flow | NVF | I(x;z) | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        lines.ForEach(Console.WriteLine);
    }

    private static string Judge(string path, string table, int seed, Arguments arguments)
    {
        NumericTable data = NumericTable.Read(path);
        if (data.Columns[^1] != "anomaly")
            throw new InvalidDataException($"{path}: the last column should be 'anomaly', it is '{data.Columns[^1]}'.");
        int[] normal = [.. Enumerable.Range(0, data.Rows.Count).Where(i => !IsAnomaly(i))];
        int[] anomalies = [.. Enumerable.Range(0, data.Rows.Count).Where(IsAnomaly)];
        new Random(seed).Shuffle(normal);
        int half = normal.Length / 2;
        float[][] training = [.. normal.Take(half).Select(Features)];
        int[] testRows = [.. normal.Skip(half), .. anomalies];
        float[][] test = [.. testRows.Select(Features)];
        bool[] labels = [.. testRows.Select(IsAnomaly)];

        var ml = new MLContext(seed);
        using Training plain = Fit("plain flow", states: 1);
        using Training nvf = Fit("NVF", arguments.Integer("states", 8));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {table} | {half} | {testRows.Length} ({anomalies.Length}) | {data.Columns.Count - 1} | {Area(plain):F3} | {Area(nvf):F3} | {nvf.Model.Report.MutualInformation:F2} | {plain.Time.TotalSeconds + nvf.Time.TotalSeconds:F0} |");

        bool IsAnomaly(int row) => data.Rows[row][^1] != 0;

        float[] Features(int row) => data.Rows[row][..^1];

        double Area(Training flow) => Auroc.Of([.. flow.LogDensities(test).Select(value => -value)], labels);

        Training Fit(string name, int states) => Training.Run(
            ml,
            $"{table}, {name}",
            new NormalizingVariationalFlowOptions
            {
                LatentStates = states,
                HiddenUnits = 32,
                Dropout = 0.1,
                BatchSize = 128,
                LearningRate = 2e-3,
                Epochs = arguments.Integer("epochs", 50),
                Patience = 12,
            },
            training,
            validation: null);
    }
}
