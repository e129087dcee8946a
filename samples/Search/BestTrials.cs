using System.Globalization;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;
using SearchSample.Space;
using SearchSample.Trials;

namespace SearchSample;

/// <summary>The best trials, to read and to copy.</summary>
internal static class BestTrials
{
    /// <summary>A column a trial, a row an option.</summary>
    public static TextTable Table(OptionSpace space, IEnumerable<Trial> best, int rounds)
    {
        Trial[] trials = [.. best];
        var table = new TextTable([.. trials.Select(trial => $"trial {trial.Number}").Prepend("held-out log-density in nats")]);
        for (int round = 0; round < rounds; round++)
            table.Add([.. trials.Select(trial => trial.Rounds > round ? trial.Scores[round].ToString("F3", CultureInfo.InvariantCulture) : "").Prepend($"  round {round + 1}")]);
        foreach (SearchedOption option in space.Options)
            table.Add([.. trials.Select(trial => SearchedOption.Text(trial.Values[option.Name])).Prepend(option.Name)]);
        return table;
    }

    /// <summary>The options of a trial as C#.</summary>
    public static string Code(OptionSpace space, Trial trial)
    {
        string states = trial.Values.TryGetValue(nameof(DiscreteFlowLatent.States), out object? count) ? SearchedOption.Text(count) : "1";
        string[] ofLatent = [.. Assignments(option => option.IsOfLatent && option.Name != nameof(DiscreteFlowLatent.States))];
        string[] latent = !space.Options.Any(option => option.IsOfLatent) ? []
            : [$"Latent = FlowLatent.Discrete({states})" + (ofLatent.Length > 0 ? $" with {{ {string.Join(", ", ofLatent)} }}" : "")];
        string[] flow = [.. latent, .. Assignments(option => option.IsOfFlow)];
        string[] training = [.. Assignments(option => !option.IsOfLatent && !option.IsOfFlow)];
        string[] groups = [.. Group("Flow", flow), .. Group("Training", training)];
        return $"new {nameof(NormalizingVariationalFlowOptions)} {{ {string.Join(", ", groups)} }}";

        IEnumerable<string> Assignments(Func<SearchedOption, bool> which) =>
            space.Options.Where(which).Select(option => $"{option.Name} = {SearchedOption.Text(trial.Values[option.Name])}");

        static IEnumerable<string> Group(string name, string[] values) => values.Length > 0 ? [$"{name} = {{ {string.Join(", ", values)} }}"] : [];
    }
}
