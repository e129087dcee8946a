using System.Globalization;
using SearchSample.Space;
using SearchSample.Trials;

namespace SearchSample;

/// <summary>All trials as a CSV file, a row each.</summary>
internal static class TrialFile
{
    public static void Save(string path, OptionSpace space, IReadOnlyCollection<Trial> trials)
    {
        int rounds = trials.Select(trial => trial.Rounds).DefaultIfEmpty(0).Max();
        IEnumerable<string> header = ["Trial", .. space.Options.Select(option => option.Name), .. Enumerable.Range(1, rounds).Select(round => $"Round{round}")];
        var rows = trials.Select(trial => (IEnumerable<string>)
        [
            trial.Number.ToString(CultureInfo.InvariantCulture),
            .. space.Options.Select(option => SearchedOption.Text(trial.Values[option.Name])),
            .. Enumerable.Range(0, rounds).Select(round => trial.Rounds > round ? trial.Scores[round].ToString("F4", CultureInfo.InvariantCulture) : ""),
        ]);
        File.WriteAllLines(path, rows.Prepend(header).Select(cells => string.Join(',', cells)));
    }
}
