using System.Globalization;
using Samples.Shared;
using Samples.Shared.Terminal;
using Samples.Shared.Toys;

namespace QuickStart.Toys;

/// <summary>Prints how near the flows of a toy come to the truth, and what the latent states stand for.</summary>
internal static class ToyReport
{
    public static void PrintDensities(IEnumerable<ToyFit> fits)
    {
        var table = new TextTable(
            "held-out log-density, nats a row", "mean +- 2 s.e.", "below the truth", "I(x;z)", "states used", "parameters", "trained in");
        foreach (ToyFit fit in fits)
        {
            double[] truth = [.. fit.HeldOut.Select(p => fit.Toy.LogDensity(p.X, p.Y))];
            table.Add($"{fit.Toy.Name}: exact (minus the entropy)", Number(-fit.Toy.Entropy()), "", "", "", "", "");
            table.Add("  true density, on the same rows", Estimate.Of(truth).Show(), "", "", "", "", "");
            Add(table, "  plain flow", fit, fit.Plain, truth);
            Add(table, "  NVF", fit, fit.Nvf, truth);
        }
        table.Print();
    }

    public static void PrintClusters(ToyFit fit)
    {
        int[] clusters = fit.Nvf.Clusters(fit.HeldOutFeatures);
        var table = new TextTable($"latent cluster, {fit.Toy.Name}", "held-out rows", $"mostly {fit.Toy.ModeName}", "share");
        for (int cluster = 1; cluster <= fit.Nvf.Model.LatentStates; cluster++)
        {
            ToyPoint[] members = [.. fit.HeldOut.Where((_, i) => clusters[i] == cluster)];
            if (members.Length == 0)
            {
                table.Add(cluster.ToString(CultureInfo.InvariantCulture), "0", "", "");
                continue;
            }
            var largest = members.GroupBy(p => p.Mode).MaxBy(mode => mode.Count())!;
            table.Add(
                cluster.ToString(CultureInfo.InvariantCulture),
                members.Length.ToString(CultureInfo.InvariantCulture),
                (largest.Key + 1).ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{100.0 * largest.Count() / members.Length:F1} %"));
        }
        table.Print();
    }

    /// <summary>
    /// The loss against the true density is taken row by row on the same rows, so that the luck of the draw falls out: it
    /// estimates the Kullback-Leibler divergence from the truth to the flow.
    /// </summary>
    private static void Add(TextTable table, string name, ToyFit fit, FittedFlow flow, double[] truth)
    {
        double[] logDensities = flow.LogDensities(fit.HeldOutFeatures);
        table.Add(
            name,
            Estimate.Of(logDensities).Show(),
            Estimate.Of([.. truth.Zip(logDensities, (t, l) => t - l)]).Show(),
            flow.Model.LatentStates == 1 ? "" : Number(flow.Report.MutualInformation),
            flow.Model.LatentStates == 1 ? "" : $"{flow.Report.StatesUsed} of {flow.Model.LatentStates}",
            flow.Report.Parameters.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{flow.TrainingTime.TotalSeconds:F0} s"));
    }

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
