using System.Globalization;
using Microsoft.ML.NormalizingFlows;
using PaperToys.OneDimension;
using PaperToys.Plane;
using PaperToys.Roll;
using Samples.Shared.Terminal;

namespace PaperToys;

/// <summary>Makes the figures and the tables, one after the other.</summary>
internal static class Figures
{
    private static readonly TwoGaussians[] Mixtures = [new(1, 0.5), new(1, 0.35), new(1, 0.25), new(2, 0.6)];

    public static void Make(CommandLine command)
    {
        // A folder that cannot be written to is better known before the training.
        Directory.CreateDirectory(command.Folder);
        string tables = Path.Combine(command.Folder, "tables.md");
        File.WriteAllText(tables, "");
        MakeMap(command, tables);
        MakeRoll(command, tables);
        MakePlane(command, tables);
        Console.WriteLine($"Figures and tables: {Path.GetFullPath(command.Folder)}");
    }

    private static void MakeMap(CommandLine command, string tables)
    {
        MapFigure.Save(Mixtures, Path.Combine(command.Folder, "map.svg"));
        Show("Figures 1 and 3: the optimal map of 1/2 N(-mu, s^2) + 1/2 N(mu, s^2) to N(0, 1), in closed form", MapTable.Of(Mixtures), tables);
    }

    private static void MakeRoll(CommandLine command, string tables)
    {
        RollTrial[] trials =
        [
            new("plain flow", FlowLatent.None, command.Training.Epochs),
            new("eight states", FlowLatent.Discrete(8), command.Training.Epochs),
            new("continuous latent", FlowLatent.Continuous(1), command.Training.Epochs),
        ];
        RollFigure.Save(trials, Path.Combine(command.Folder, "roll.svg"));
        Show(string.Create(CultureInfo.InvariantCulture, $"The Swiss roll: {RollTrial.HeldOutRows:N0} held-out points, seed 1"), RollFigure.Table(trials), tables);
        foreach (RollTrial trial in trials)
            trial.Dispose();
    }

    private static void MakePlane(CommandLine command, string tables)
    {
        ToyCase[] cases = [ToyCase.Ring(), .. command.Noise.Select(ToyCase.Moons)];
        IReadOnlyList<TrialResult> results = new Experiment(cases, command.Seeds, command.Training).Run();
        Console.WriteLine();
        foreach (ToyCase toy in cases)
        {
            PlaneFigure.Save(toy, results, Path.Combine(command.Folder, toy.File + ".svg"));
            string title = string.Create(
                CultureInfo.InvariantCulture,
                $"Figure 5, {toy.Name}: entropy {toy.Entropy:F3} nats; {toy.HeldOut.Length:N0} held-out points, seeds 1 to {command.Seeds}");
            Show(title, PlaneTable.Of(toy, results), tables);
        }
    }

    private static void Show(string title, TextTable table, string file)
    {
        Console.WriteLine(title);
        table.Print();
        Console.WriteLine();
        File.AppendAllText(file, $"## {title}\n\n{table.Markdown()}\n");
    }
}
