using System.Globalization;
using Samples.Shared.Terminal;

namespace PaperToys.Plane;

/// <summary>
/// How near the flows of a toy come to the truth. A row's figure is its mean over the seeds, so that +- two standard errors
/// tell of the rows; what the seeds differ by stands beside it. A single row far out in a tail that a flow got wrong can
/// outweigh all others: then the mean is large, and so is its error.
/// </summary>
internal static class PlaneTable
{
    public static TextTable Of(ToyCase toy, IEnumerable<TrialResult> results)
    {
        var table = new TextTable(
            "[depth, hidden], flow", "NLL +- 2 s.e.", "least / median / most of the seeds", "above the truth", "minus NF, same rows", "I(x;z)", "states used",
            "parameters", "seconds");
        double[] truth = [.. toy.Truth.Select(logDensity => -logDensity)];
        table.Add("true density", Estimate.Of(truth).Show(), "", "", "", "", "", "", "");
        foreach (var size in results.Where(result => result.Trial.Case == toy).GroupBy(result => result.Trial.Size).OrderBy(size => Order(size.Key)))
        {
            TrialResult[][] contenders = [.. Contender.At(size.Key, toy.States).Select(contender =>
                size.Where(result => result.Trial.Contender == contender).OrderBy(result => result.Trial.Seed).ToArray())];
            double[] plain = MeanLoss(contenders[0]);
            foreach (TrialResult[] seeds in contenders)
                Add(table, seeds, truth, plain);
        }
        return table;
    }

    private static void Add(TextTable table, TrialResult[] seeds, double[] truth, double[] plain)
    {
        Contender contender = seeds[0].Trial.Contender;
        double[] loss = MeanLoss(seeds);
        double[] losses = [.. seeds.Select(seed => -seed.LogDensities.Average()).Order()];
        bool latent = contender.States > 1;
        table.Add(
            $"{contender.Size} {contender.Name}",
            Estimate.Of(loss).Show(),
            $"{Number(losses[0])} / {Number(losses[losses.Length / 2])} / {Number(losses[^1])}",
            Difference(loss, truth),
            contender.Name == Contender.Plain ? "" : Difference(loss, plain),
            latent ? Number(seeds.Average(seed => seed.Report.MutualInformation), "F2") : "",
            latent ? $"{Number(seeds.Average(seed => seed.Report.StatesUsed), "0.#")} of {contender.States}" : "",
            contender.Parameters.ToString("N0", CultureInfo.InvariantCulture),
            Number(seeds.Average(seed => seed.Time.TotalSeconds), "F1"));
    }

    private static double[] MeanLoss(TrialResult[] seeds) =>
        [.. Enumerable.Range(0, seeds[0].LogDensities.Length).Select(row => -seeds.Average(seed => seed.LogDensities[row]))];

    /// <summary>Row by row on the same rows, so that the luck of the draw falls out.</summary>
    private static string Difference(double[] loss, double[] other) => Estimate.Of([.. loss.Zip(other, (l, o) => l - o)]).Show();

    private static int Order(FlowSize size) => FlowSize.Paper.ToList().IndexOf(size);

    private static string Number(double value, string format = "F3") => value.ToString(format, CultureInfo.InvariantCulture);
}
