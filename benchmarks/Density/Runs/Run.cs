using System.Diagnostics;
using Density.Data;
using Density.Models;
using Samples.Shared.Terminal;

namespace Density.Runs;

/// <summary>Trains one model on one data set from one seed, judges it by the whole test set and writes the record.</summary>
internal static class Run
{
    /// <exception cref="OperationCanceledException">It was cancelled; the same run goes on from its last checkpoint.</exception>
    public static void Complete(RunSettings settings, DensityData data, string path, string command, CancellationToken cancellation)
    {
        var described = settings.Describe(data);
        RunFolder folder = RunFolder.Open(path, described);
        string title = $"{settings.Data}, {settings.Model}, seed {settings.Seed}";
        if (folder.IsDone)
        {
            Console.WriteLine($"{title}  done before: {path}");
            return;
        }
        using IDensityModel model = ModelList.Create(settings.Model, settings.Members, settings.Clusters);
        FitSummary fit = model.Fit(data, new FitRequest(title, settings.Flow, settings.Seed, path, settings.ProcessorSeconds, cancellation));
        var clock = Stopwatch.StartNew();
        double[] logDensities = model.LogDensities(data.Test);
        double scoring = clock.Elapsed.TotalSeconds;
        double[]? elbo = model.Elbo(data.Test);
        var record = new RunRecord
        {
            Data = settings.Data,
            Model = settings.Model,
            Seed = settings.Seed,
            Command = command,
            Settings = described,
            ModelOptions = ModelList.HasNoFlow(settings.Model) ? null : settings.Flow,
            Commit = Commit(),
            DataChecksum = described["dataChecksum"],
            TrainingRows = data.Training.Length,
            ValidationRows = data.Validation.Length,
            TestRows = data.Test.Length,
            Columns = data.Columns,
            Entropy = data.Entropy,
            TestNll = Negative(logDensities),
            NegativeElbo = elbo is null ? null : Negative(elbo),
            MaximumElboExcess = elbo?.Zip(logDensities, (bound, exact) => bound - exact).Max(),
            Fit = fit,
            ScoringSeconds = scoring,
        };
        folder.Write(record, logDensities);
        Console.WriteLine($"{title}  test NLL {record.TestNll.Show()}");
    }

    private static Estimate Negative(double[] values) => Estimate.Of(Array.ConvertAll(values, value => -value));

    /// <summary>The commit that is checked out, with a mark where files were changed since; null where git or a repository is absent.</summary>
    private static string? Commit()
    {
        try
        {
            var start = new ProcessStartInfo("git", "describe --always --dirty --abbrev=40 --exclude=*") { RedirectStandardOutput = true, RedirectStandardError = true };
            using var git = Process.Start(start)!;
            string text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
