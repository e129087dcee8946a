using System.Text;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class FlowTrainerTests
{
    private static readonly FlowArchitecture Tiny = new()
    {
        Dimensions = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1,
    };

    private static readonly TrainingSettings Brief = new() { Epochs = 4, BatchSize = 64, Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0 };

    private static float[][] Blob(int count, ulong seed = 1) => new GaussianMixture([[0, 0]], 1).Draw(count, seed).Rows;

    private static FlowModel Train(FlowArchitecture architecture, TrainingSettings settings, float[][] rows, ListLog? log = null) =>
        FlowTrainer.Train(architecture, settings, new ArrayRows(rows), null, null, log ?? new ListLog());

    private static void SameModel(FlowModel expected, FlowModel actual)
    {
        Assert.Equal(expected.Members[0].Arrays.Select(array => array.Name), actual.Members[0].Arrays.Select(array => array.Name));
        foreach (var (first, second) in expected.Members[0].Arrays.Zip(actual.Members[0].Arrays))
            Assert.Equal(first.Values, second.Values);
        Assert.Equal(expected.Report, actual.Report);
    }

    [Theory]
    [InlineData(LatentObjective.ExactMixture)]
    [InlineData(LatentObjective.GumbelSoftmax)]
    public void Same_seed_gives_the_same_model(LatentObjective objective)
    {
        var architecture = Tiny with { States = 3, Dropout = 0.1 };
        var settings = Brief with { Objective = objective };
        var model = Train(architecture, settings, Blob(300));
        SameModel(model, Train(architecture, settings, Blob(300)));
        var other = Train(architecture with { Seed = 2 }, settings, Blob(300));
        Assert.NotEqual(model.Members[0].Arrays[^1].Values, other.Members[0].Arrays[^1].Values);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(1, 0.3)]
    public void Training_resumed_after_a_kill_ends_where_it_would_have(int baseComponents, double averaging)
    {
        var architecture = Tiny with { States = 2, Dropout = 0.1, BaseComponents = baseComponents };
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var brief = Brief with { Epochs = 6, Schedule = LearningRateSchedule.CoolDown, WeightAveraging = averaging };
            var settings = brief with { CheckpointFolder = folder };
            var whole = Train(architecture, brief, Blob(300));
            var killed = settings with { Progress = new KillAfter(3) };
            Assert.Throws<ApplicationException>(() => Train(architecture, killed, Blob(300)));
            var log = new ListLog();
            var resumed = Train(architecture, settings, Blob(300), log);
            Assert.Contains(log.Infos, message => message.StartsWith("Resumed after epoch 2"));
            SameModel(whole, resumed);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_training_or_a_damaged_one_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var settings = Brief with { CheckpointFolder = folder };
            Assert.Throws<ApplicationException>(() => Train(Tiny, settings with { Progress = new KillAfter(2) }, Blob(300)));
            var error = Assert.Throws<InvalidOperationException>(() => Train(Tiny, settings with { BatchSize = 32 }, Blob(300)));
            Assert.Contains("other options", error.Message);
            error = Assert.Throws<InvalidOperationException>(() => Train(Tiny, settings with { Schedule = LearningRateSchedule.CoolDown }, Blob(300)));
            Assert.Contains("other options", error.Message);
            error = Assert.Throws<InvalidOperationException>(() => Train(Tiny, settings with { WeightAveraging = 0.2 }, Blob(300)));
            Assert.Contains("other options", error.Message);
            error = Assert.Throws<InvalidOperationException>(() => Train(Tiny, settings, Blob(300, seed: 2)));
            Assert.Contains("other training data", error.Message);
            string file = Directory.GetFiles(folder).Single();
            byte[] good = File.ReadAllBytes(file);
            foreach (var (what, other) in new[] { ("\"epoch\":1", "\"epoch\":2"), ("\"step\":", "\"step\":1"), ("\"best/", "\"rest/"), ("\"weights/", "\"weight5/"), ("\"optimizer/", "\"0ptimizer/") })
            {
                byte[] bytes = FileMutator.WithContent(good, 0, content => Changed(content, what, other));
                File.WriteAllBytes(file, bytes);
                Assert.Contains("delete it to train from the start", Assert.Throws<InvalidDataException>(() => Train(Tiny, settings, Blob(300))).Message, StringComparison.Ordinal);
            }
            File.WriteAllBytes(file, good);
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^100]);
            Assert.Contains(file, Assert.Throws<InvalidDataException>(() => Train(Tiny, settings, Blob(300))).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // In the text in front of the arrays, whose length is that of the content's first four bytes.
    private static byte[] Changed(byte[] content, string what, string other)
    {
        int length = BitConverter.ToInt32(content);
        string text = Encoding.UTF8.GetString(content, sizeof(int), length);
        Assert.Contains(what, text, StringComparison.Ordinal);
        byte[] changed = Encoding.UTF8.GetBytes(text.Replace(what, other, StringComparison.Ordinal));
        return [.. BitConverter.GetBytes(changed.Length), .. changed, .. content[(sizeof(int) + length)..]];
    }

    [Fact]
    public void Cancelling_throws_or_keeps_the_best_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        var settings = Brief with { Epochs = 1_000, Cancellation = cancellation.Token, Progress = new CancelAfter(2, cancellation) };
        Assert.Throws<OperationCanceledException>(() => Train(Tiny, settings, Blob(300)));
        var kept = Train(Tiny, settings with { WhenCancelled = WhenCancelled.KeepBest }, Blob(300));
        Assert.True(kept.Report.Cancelled);
        Assert.Equal(0, kept.Report.Epochs);
        Assert.NotEmpty(kept.Members[0].Arrays);
    }

    [Fact]
    public void Progress_is_reported_each_epoch_and_the_best_is_kept()
    {
        var progress = new Collect();
        var log = new ListLog();
        var model = Train(Tiny, Brief with { Epochs = 10, Progress = progress }, Blob(300), log);
        Assert.Equal(Enumerable.Range(1, 10), progress.Reports.Select(report => report.Epoch));
        Assert.Equal(10, log.Infos.Count(message => message.StartsWith("Epoch ")));
        var best = progress.Reports.MinBy(report => report.ValidationLoss)!;
        Assert.Equal(best.Epoch, model.Report.BestEpoch);
        Assert.Equal(-best.ValidationLoss, model.Report.ValidationLogDensity);
    }

    // Steps so large that the weights jump about.
    private static readonly TrainingSettings Restless = new() { Epochs = 30, BatchSize = 16, LearningRate = 0.03, Schedule = LearningRateSchedule.CoolDown, WeightAveraging = 0, Patience = 30 };

    [Fact]
    public void An_average_of_the_weights_is_better_than_the_weights()
    {
        Collect own = new(), both = new();
        FlowModel plain = Train(Tiny, Restless with { Progress = own }, Blob(300));
        FlowModel averaged = Train(Tiny, Restless with { WeightAveraging = 0.2, Progress = both }, Blob(300));
        Assert.True(averaged.Report.ValidationLogDensity >= plain.Report.ValidationLogDensity);
        double[] gains = [.. own.Reports.Zip(both.Reports, (one, two) => one.ValidationLoss - two.ValidationLoss)];
        Assert.Equal(Restless.Epochs, gains.Length);
        Assert.All(gains, gain => Assert.True(gain >= 0));
        Assert.True(gains.Count(gain => gain > 0) > gains.Length / 2);
        using var evaluator = FlowEngines.CreateEvaluator(averaged, ComputeDevice.Cpu);
        var heldOut = TrainingData.Read(new ArrayRows(Blob(300)), null, Restless, Tiny.Seed).Validation;
        Assert.Equal(averaged.Report.ValidationLogDensity, -Validation.Of(evaluator, heldOut).Loss, 1e-9);
    }

    [Fact]
    public void Where_held_out_rows_decide_nothing_the_average_is_kept()
    {
        var progress = new Collect();
        var settings = Restless with { KeepsLast = true, WeightAveraging = 0.2, Progress = progress };
        FlowModel averaged = Train(Tiny, settings, Blob(300)), last = Train(Tiny, settings with { WeightAveraging = 0 }, Blob(300));
        Assert.Equal(30, averaged.Report.BestEpoch);
        Assert.Equal(progress.Reports[29].ValidationLoss, -averaged.Report.ValidationLogDensity);
        Assert.NotEqual(last.Members[0].Arrays[^1].Values, averaged.Members[0].Arrays[^1].Values);
    }

    [Fact]
    public void Training_stops_early_when_nothing_gets_better()
    {
        // Five rows of validation against a flow that memorises: patience runs out long before the epochs do.
        var rows = Blob(60);
        var model = FlowTrainer.Train(
            Tiny with { HiddenUnits = 32 }, new() { Epochs = 2_000, Patience = 5, LearningRate = 0.02 },
            new ArrayRows(rows[..55]), new ArrayRows(rows[55..]), null, new ListLog());
        Assert.True(model.Report.Epochs < 500);
        Assert.True(model.Report.Epochs - model.Report.BestEpoch >= 5);
    }

    [Fact]
    public void A_warm_start_goes_on_from_the_trained_flow()
    {
        var rows = Blob(400);
        var model = Train(Tiny, Brief with { Epochs = 20 }, rows);
        var warm = FlowTrainer.Train(Tiny, Brief with { Epochs = 1, LearningRate = 1e-6 }, new ArrayRows(rows), null, model, new ListLog());
        Assert.Equal(model.Report.ValidationLogDensity, warm.Report.ValidationLogDensity, 0.05);
    }

    [Fact]
    public void More_states_than_rows_is_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Train(Tiny with { States = 11 }, Brief, Blob(10)));
        Assert.Contains("The latent has 11 states", error.Message);
        Assert.Contains("10 rows", error.Message);
    }

    [Fact]
    public void Constant_and_duplicate_features_train_to_finite_densities()
    {
        var rows = Blob(300).Select(row => new[] { row[0], row[0], 3f, row[1] }).ToArray();
        var log = new ListLog();
        var model = Train(Tiny with { Dimensions = 4 }, Brief, rows, log);
        Assert.Contains(log.Warnings, message => message.Contains("Features[2] is constant (3)"));
        Assert.True(double.IsFinite(model.Report.ValidationLogDensity));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void One_feature_and_two_hundred_train(int dimensions)
    {
        var random = new RandomStream(1);
        var rows = Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, dimensions).Select(_ => (float)random.NextNormal()).ToArray()).ToArray();
        var model = Train(Tiny with { Dimensions = dimensions, States = 2 }, Brief, rows);
        Assert.True(double.IsFinite(model.Report.ValidationLogDensity));
    }

    [Fact]
    public void A_table_of_two_rows_trains()
    {
        var model = Train(Tiny, Brief with { Epochs = 2 }, [[1, 2], [3, 5]]);
        Assert.Equal(2, model.Report.TrainingRows);
        Assert.Equal(0, model.Report.ValidationRows);
    }

    [Fact]
    public void Values_of_1e30_train()
    {
        var rows = Blob(300);
        rows[7] = [1e30f, -1e30f];
        var model = Train(Tiny, Brief, rows);
        Assert.True(double.IsFinite(model.Report.ValidationLogDensity));
    }

    private sealed class Collect : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);
    }

    /// <summary>Fails in an epoch before its checkpoint is written, as a kill would.</summary>
    private sealed class KillAfter(int epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch)
                throw new ApplicationException("killed");
        }
    }

    private sealed class CancelAfter(int epoch, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch)
                cancellation.Cancel();
        }
    }
}
