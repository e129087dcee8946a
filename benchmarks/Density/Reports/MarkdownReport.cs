using System.Globalization;
using System.Text;
using Density.Runs;
using Samples.Shared.Terminal;

namespace Density.Reports;

/// <summary>A Markdown table for each data set: a line for each model with the same options, seeds averaged, best first.</summary>
internal static class MarkdownReport
{
    /// <param name="runs">What there is.</param>
    /// <param name="reference">The model that the others are compared with, row by row.</param>
    public static string Of(IReadOnlyList<FinishedRun> runs, string reference = "nsf-c")
    {
        var text = new StringBuilder();
        foreach (var set in runs.GroupBy(run => (run.Record.Data, run.Record.DataChecksum)).OrderBy(set => set.Key.Data, StringComparer.Ordinal))
        {
            RunRecord first = set.First().Record;
            text.AppendLine(CultureInfo.InvariantCulture, $"## {first.Data}").AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{first.TrainingRows:N0} / {first.ValidationRows:N0} / {first.TestRows:N0} rows of {first.Columns} columns, values {first.DataChecksum[..12]}").AppendLine();
            text.AppendLine(Line("model", "test NLL", "seeds", $"minus {reference}", "-ELBO", "I(x;z)", "states used", "parameters", "seconds"));
            text.AppendLine("|---|---|---|---|---|---|---|---|---|");
            AppendModels(text, [.. set], reference);
            if (first.Entropy is { } entropy)
                text.AppendLine(Line("entropy of the truth", Number(entropy, 3)));
            foreach (var (model, nll) in PublishedFigures.Of(first.Data))
                text.AppendLine(Line($"published: {model}", nll));
            text.AppendLine();
        }
        return text.ToString();
    }

    private static void AppendModels(StringBuilder text, List<FinishedRun> set, string referenceModel)
    {
        List<ModelRuns> models = ModelRuns.Group(set);
        foreach (ModelRuns model in models.OrderBy(model => Pairing.Nll(model.Runs).Mean))
        {
            ModelRuns? reference = model.Nearest(models.Where(other => other.Model == referenceModel));
            Estimate? difference = reference is null || reference == model ? null : Pairing.Difference(model.Runs, reference.Runs);
            text.AppendLine(Line(
                model.Name,
                Pairing.Nll(model.Runs).Show(),
                string.Join(' ', model.Runs.Select(run => run.Record.Seed).Order()),
                difference?.Show(),
                Number(model.Mean(record => record.NegativeElbo?.Mean), 3),
                Number(model.Mean(record => record.Fit.MutualInformation), 2),
                Number(model.Mean(record => record.Fit.StatesUsed), 1),
                Number(model.Mean(record => record.Fit.Parameters), 0),
                Number(model.Mean(record => record.Fit.Seconds), 0)));
        }
    }

    private static string Line(params string?[] cells) => $"| {string.Join(" | ", cells.Concat(new string?[9]).Take(9))} |";

    private static string? Number(double? value, int digits) => value?.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
