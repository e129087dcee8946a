using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;
using Samples.Shared.Tables;
using Samples.Shared.Terminal;

namespace QuickStart;

/// <summary>Fits the numeric columns of a CSV file and shows its least likely rows.</summary>
internal static class TableDemo
{
    private const int MinimumRows = 50;
    private const int Shown = 10;
    private const int ColumnsShown = 8;

    public static void Run(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(Directory.Exists(path) ? $"{path} is a folder, not a CSV file." : $"There is no file {path}.");
        NumericTable table = NumericTable.Read(path);
        Describe(table);
        if (table.Rows.Count < MinimumRows)
            throw new InvalidDataException($"{table.Rows.Count} complete rows are too few to learn a density from; at least {MinimumRows} are needed.");

        var ml = new MLContext(seed: 1);
        IDataView all = FeatureRow.View(ml, table.Rows, table.Columns.Count);
        var parts = ml.Data.TrainTestSplit(all, testFraction: 0.2, seed: 1);
        using FittedFlow flow = Fit(ml, parts.TrainSet);
        Summarise(flow, parts.TestSet);
        PrintLeastLikely(table, flow.LogDensities(table.Rows));
    }

    private static void Describe(NumericTable table)
    {
        Console.WriteLine($"{table.Rows.Count} rows, {table.Columns.Count} numeric columns: {string.Join(", ", table.Columns)}");
        if (table.Ignored.Count > 0)
            Console.WriteLine($"Ignored: {string.Join(", ", table.Ignored)}");
        if (table.DroppedRows > 0)
            Console.WriteLine($"Rows left out for a missing value: {table.DroppedRows}");
        string[] stepped = [.. table.Columns.Where((_, c) => table.Rows.Select(row => row[c]).Distinct().Take(MinimumRows / 2).Count() < MinimumRows / 2)];
        if (stepped.Length > 0)
        {
            Console.WriteLine(
                $"Few distinct values: {string.Join(", ", stepped)}. The density of such a column has spikes, so compare rows "
                + "with one another and do not read the log-densities as absolute.");
        }
    }

    private static FittedFlow Fit(MLContext ml, IDataView training)
    {
        using var stop = new CancellationTokenSource();
        ConsoleCancelEventHandler onCancel = (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        try
        {
            Console.WriteLine("Training; Ctrl+C stops it and keeps the best model so far.");
            var progress = new ProgressLine("NVF, 8 latent states");
            var clock = Stopwatch.StartNew();
            var estimator = ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
            {
                Flow = { Latent = FlowLatent.Discrete(8) with { StateStandardization = true }, HiddenUnits = 32 },
                Training = { Patience = 10, Progress = progress, Cancellation = stop.Token, WhenCancelled = WhenCancelled.KeepBest },
            });
            var flow = new FittedFlow(ml, estimator.Fit(training), clock.Elapsed);
            progress.Done($"{flow.Report.Epochs} epochs in {flow.TrainingTime.TotalSeconds:F0} s, the best was epoch {flow.Report.BestEpoch}");
            return flow;
        }
        finally
        {
            Console.CancelKeyPress -= onCancel;
        }
    }

    private static void Summarise(FittedFlow flow, IDataView heldOut)
    {
        double[] logDensities = [.. flow.Model.Transform(heldOut).GetColumn<float>("LogDensity").Select(value => (double)value)];
        TrainingReport report = flow.Report;
        Console.WriteLine();
        Console.WriteLine($"Log-density of {logDensities.Length} held-out rows: {Estimate.Of(logDensities).Show()} nats (mean +- 2 standard errors)");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"What the latent state knows of a row, I(x;z): {report.MutualInformation:F2} of at most {Math.Log(flow.Model.LatentStates):F2} nats; {report.StatesUsed} of {flow.Model.LatentStates} states used"));
        if (report.MutualInformation < 0.1)
            Console.WriteLine("The latent is hardly used: a plain flow (latentStates: 1) would do as well on this table.");
    }

    private static void PrintLeastLikely(NumericTable table, double[] logDensities)
    {
        int[] order = [.. Enumerable.Range(0, logDensities.Length).OrderBy(i => logDensities[i]).Take(Shown)];
        Console.WriteLine();
        Console.WriteLine($"The {order.Length} least likely rows (row 1 is the first after the header):");
        string[] columns = [.. table.Columns.Take(ColumnsShown)];
        string more = table.Columns.Count > ColumnsShown ? $"and {table.Columns.Count - ColumnsShown} more" : "";
        var text = new TextTable([.. new[] { "row", "log-density" }, .. columns, .. more.Length > 0 ? new[] { more } : []]);
        foreach (int i in order)
        {
            IEnumerable<string> values = table.Rows[i].Take(ColumnsShown).Select(value => value.ToString("G6", CultureInfo.InvariantCulture));
            text.Add([
                table.RowNumbers[i].ToString(CultureInfo.InvariantCulture),
                logDensities[i].ToString("F2", CultureInfo.InvariantCulture),
                .. values,
                .. more.Length > 0 ? new[] { "..." } : []]);
        }
        text.Print();
    }
}
