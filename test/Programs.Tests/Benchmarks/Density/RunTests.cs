using global::Density;
using global::Density.Data;
using global::Density.Models;
using global::Density.Reports;
using global::Density.Runs;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace Programs.Tests.Benchmarks.Density;

public class RunTests
{
    private static readonly double[] Easy = [-1, -2, -3, -4];

    [Fact]
    public void A_record_comes_back_as_it_was()
    {
        using var folder = new TemporaryFolder();
        FinishedRun run = Finished("nsf-c", 3, Easy);
        RunFolder.Open(folder.File("a"), run.Record.Settings).Write(run.Record, run.LogDensities);
        FinishedRun read = Assert.Single(RunFolder.ReadAll(folder.Path));
        Assert.Equal(run.LogDensities, read.LogDensities);
        Assert.Equal(run.Record.TestNll, read.Record.TestNll);
        Assert.Equal(run.Record.Settings, read.Record.Settings);
        Assert.Equal(FlowPattern.Autoregressive, read.Record.ModelOptions!.Flow.Pattern);
        Assert.Equal(run.Record.Fit.Curve, read.Record.Fit.Curve);
        Assert.True(RunFolder.Open(folder.File("a"), run.Record.Settings).IsDone);
    }

    [Fact]
    public void A_folder_of_another_run_is_refused_and_the_option_named()
    {
        using var folder = new TemporaryFolder();
        var data = DataSets.Load("rings", new DataPlace("nowhere", null));
        RunFolder.Open(folder.File("a"), Settings(data, "--layers", "5"));
        RunFolder.Open(folder.File("a"), Settings(data, "--layers", "5", "--threads", "1"));
        var problem = Assert.Throws<InvalidOperationException>(() => RunFolder.Open(folder.File("a"), Settings(data, "--layers", "7")));
        Assert.Contains("Layers is 5 there and 7 here", problem.Message);
    }

    [Fact]
    public void Differences_are_paired_by_row_and_seed()
    {
        double[] better = [.. Easy.Select(value => value + 0.5)];
        FinishedRun[] reference = [Finished("nsf-c", 1, Easy), Finished("nsf-c", 2, better)];
        Estimate difference = Pairing.Difference([Finished("maf", 1, better), Finished("maf", 2, Easy), Finished("maf", 9, better)], [reference[0]])!.Value;
        Assert.Equal(-0.5, difference.Mean, 12);
        Assert.Equal(0, difference.TwoStandardErrors, 12);
        Assert.Equal(2.25, Pairing.Nll(reference).Mean, 12);
        Assert.Null(Pairing.Difference([Finished("maf", 3, better)], reference));
        Assert.Null(Pairing.Difference([Finished("maf", 1, better, checksum: "other rows")], reference));
    }

    [Fact]
    public void The_table_has_models_variants_and_published_figures()
    {
        string text = MarkdownReport.Of(
        [
            Finished("nsf-c", 1, Easy), Finished("nsf-c", 2, Easy), Finished("maf", 1, [-2, -3, -4, -5]), Finished("maf", 1, Easy, layers: "9"),
        ]);
        Assert.Contains("| nsf-c | 2.500 +- 1.291 | 1 2 |", text);
        Assert.Contains("| maf (Layers 5) | 3.500 +- 1.291 | 1 | 1.000 +- 0.000 |", text);
        Assert.Contains("| maf (Layers 9) |", text);
        Assert.Contains("| published: NSF (C) | 9.67 +- 0.47 |", text);
        Assert.Contains("| nsf-c | 2.500 +- 1.291 | 1 2 | -1.000 +- 0.000 |", MarkdownReport.Of([Finished("nsf-c", 1, Easy), Finished("nsf-c", 2, Easy), Finished("maf", 1, [-2, -3, -4, -5])], "maf"));
        Assert.DoesNotContain("published", MarkdownReport.Of([Finished("nsf-c", 1, Easy, data: "miniboone40")]));
        Assert.All(text.Split('\n').Where(line => line.StartsWith('|')), line => Assert.Equal(10, line.Count(c => c == '|')));
    }

    [Fact]
    public void Unknown_names_list_the_known_ones()
    {
        Assert.Contains("miniboone40", Assert.Throws<ArgumentException>(() => new BenchmarkCommand(["--data", "moon", "--model", "maf"])).Message);
        Assert.Contains("nvf-states-c", Assert.Throws<ArgumentException>(() => new BenchmarkCommand(["--data", "moons", "--model", "map"])).Message);
        Assert.Throws<ArgumentException>(() => new BenchmarkCommand(["--data", "moons", "--model", "maf", "--speed", "1"]));
        Assert.Contains("cool-down, cosine", Assert.Throws<ArgumentException>(() => Settings(DataSets.Load("rings", new DataPlace("nowhere", null)), "--schedule", "linear")).Message);
        _ = new BenchmarkCommand(["--data", "moons,power", "--model", "ensemble-nsf-c,nvf-paper-ar,control-c,gmm", "--seed", "1,2"]);
    }

    [Fact]
    public void Published_sets_have_the_published_sizes()
    {
        NormalizingVariationalFlowOptions miniboone = ModelList.Options("nvf-paper-c", "miniboone");
        Assert.Equal((10, 32, 4, 128), (miniboone.Flow.Layers, miniboone.Flow.HiddenUnits, miniboone.Flow.Bins, miniboone.Training.BatchSize));
        Assert.Equal(FlowLatent.Discrete(10) with { KMeansStart = false, EncoderHiddenUnits = 256 }, miniboone.Flow.Latent);
        Assert.Equal(LatentObjective.GumbelSoftmax, miniboone.Training.Objective);
        Assert.Equal(64, ModelList.Options("nsf-ar", "miniboone").Flow.HiddenUnits);
        Assert.Equal(FlowLatent.Discrete(5) with { StateStandardization = true }, ModelList.Options("nvf-states-c", "power").Flow.Latent);
        Assert.Equal(FlowLatent.Discrete(1), ModelList.Options("nsf-c", "power").Flow.Latent);
    }

    [Fact]
    public void An_interrupted_ensemble_goes_on_and_ends_as_an_uninterrupted_one()
    {
        using var folder = new TemporaryFolder();
        var data = DataSets.Load("rings", new DataPlace("nowhere", null));
        data = data with { Training = data.Training[..300], Validation = data.Validation[..100], Test = data.Test[..100] };
        var command = new BenchmarkCommand(["--data", "rings", "--model", "ensemble-nsf-c", "--epochs", "3", "--layers", "2", "--members", "2", "--threads", "1"]);
        RunSettings settings = command.Settings(data, "ensemble-nsf-c", 1);
        Run.Complete(settings, data, folder.File("whole"), "", default);

        Assert.ThrowsAny<OperationCanceledException>(() => Run.Complete(settings, data, folder.File("parts"), "", new CancellationToken(canceled: true)));
        Assert.False(File.Exists(folder.File("parts/record.json")));
        Run.Complete(settings, data, folder.File("parts"), "", default);
        List<FinishedRun> runs = RunFolder.ReadAll(folder.Path);
        Assert.Equal(2, runs.Count);
        Assert.Equal(runs[0].LogDensities, runs[1].LogDensities);
        Assert.Equal(6, runs[0].Record.Fit.Curve.Count);
    }

    private static SortedDictionary<string, string> Settings(DensityData data, params string[] options) =>
        new BenchmarkCommand(["--data", data.Name, "--model", "nsf-c", .. options]).Settings(data, "nsf-c", 1).Describe(data);

    private static FinishedRun Finished(string model, int seed, double[] logDensities, string layers = "5", string data = "miniboone", string checksum = "0123456789abcdef") =>
        new(
            new RunRecord
            {
                Data = data,
                Model = model,
                Seed = seed,
                Command = "",
                Settings = new() { ["data"] = data, ["model"] = model, ["seed"] = $"{seed}", ["Layers"] = layers },
                ModelOptions = new NormalizingVariationalFlowOptions { Flow = { Pattern = FlowPattern.Autoregressive } },
                DataChecksum = checksum,
                TrainingRows = 10,
                ValidationRows = 5,
                TestRows = logDensities.Length,
                Columns = 2,
                TestNll = Estimate.Of([.. logDensities.Select(value => -value)]),
                Fit = new FitSummary { Parameters = 12, Seconds = 3, Curve = [new CurvePoint(1, 10, 0.5, 2.5, double.NaN)] },
            },
            logDensities);
}
