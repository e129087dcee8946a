using Density.Runs;

namespace Density.Reports;

/// <summary>The runs of one model with the same options from several seeds.</summary>
/// <param name="Name">The model, and the options in which it differs from other runs of it.</param>
/// <param name="Runs">One for each seed.</param>
internal sealed record ModelRuns(string Name, IReadOnlyList<FinishedRun> Runs)
{
    public string Model => Runs[0].Record.Model;

    public static List<ModelRuns> Group(IEnumerable<FinishedRun> runs)
    {
        var groups = new List<ModelRuns>();
        foreach (var model in runs.GroupBy(run => run.Record.Model))
        {
            var variants = model.GroupBy(run => string.Join(';', Options(run.Record).Select(option => $"{option.Key} {option.Value}"))).ToList();
            string[] varying = [.. model.SelectMany(run => Options(run.Record).Keys).Distinct()
                .Where(name => model.Select(run => Options(run.Record).GetValueOrDefault(name)).Distinct().Count() > 1)];
            foreach (var variant in variants)
            {
                var options = Options(variant.First().Record);
                string suffix = string.Join(", ", varying.Select(name => $"{name} {options.GetValueOrDefault(name, "not set")}"));
                // A run that was repeated under another name counts once.
                groups.Add(new ModelRuns(suffix.Length == 0 ? model.Key : $"{model.Key} ({suffix})", [.. variant.DistinctBy(run => run.Record.Seed)]));
            }
        }
        return groups;
    }

    /// <summary>The one of <paramref name="others"/> that shares most options with this; null where there is none.</summary>
    public ModelRuns? Nearest(IEnumerable<ModelRuns> others)
    {
        var mine = Options(Runs[0].Record);
        return others.MaxBy(other => Options(other.Runs[0].Record).Count(option => mine.GetValueOrDefault(option.Key) == option.Value));
    }

    /// <summary>The mean over seeds; null where no run has the value.</summary>
    public double? Mean(Func<RunRecord, double?> value) => Runs.Average(run => value(run.Record));

    private static Dictionary<string, string> Options(RunRecord record) =>
        record.Settings.Where(setting => setting.Key is not ("seed" or "model")).ToDictionary();
}
