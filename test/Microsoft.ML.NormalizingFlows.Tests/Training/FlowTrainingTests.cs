using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>Trials and ensembles: the trainings behind one model.</summary>
public class FlowTrainingTests
{
    private static readonly FlowArchitecture Tiny = new()
    {
        Dimensions = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1,
    };

    private static readonly TrainingSettings Brief = new() { Epochs = 6, BatchSize = 64, ChoosesLatent = true };

    // One thread: each training waits for the one before, and has as many threads as a single one.
    private static readonly ComputeDevice InTurn = ComputeDevice.Cpu with { Threads = 1 };

    // Five narrow blobs far apart: a state for each is worth a lot.
    private static float[][] Blobs { get; } =
        new GaussianMixture([[0, 0], [9, 0], [0, 9], [9, 9], [-9, 5]], 0.1).Draw(600, 1).Rows;

    // Two features that nearly are one, which a linear map learns, and steps so small that the last epoch is the best.
    private static readonly TrainingSettings Slow = new() { ChoosesLatent = true, BatchSize = 540, LearningRate = 1e-3 };

    private static readonly TrainingSettings Wide = new() { ChoosesLatent = true, ChoosesDecay = true, EnsembleSize = 2, Epochs = 30, BatchSize = 64, LearningRate = 0.01 };

    private static float[][] Line => [.. Blob.Select(row => new[] { row[0], row[0] + 0.2f * row[1] })];

    private static float[][] Blob { get; } = new GaussianMixture([[0, 0]], 1).Draw(600, 1).Rows;

    private static FlowModel Train(TrainingSettings settings, float[][] rows, ListLog? log = null, FlowModel? warmStart = null) =>
        FlowTrainer.Train(Tiny, settings, new ArrayRows(rows), null, warmStart, log ?? new ListLog());

    // So many features, with nothing to learn but noise, that covariances are learned by heart, and a plain flow soon is.
    private static FlowModel TrainWide(TrainingSettings settings, ListLog? log = null) =>
        FlowTrainer.Train(Tiny with { Dimensions = 40 }, settings, new ArrayRows(new GaussianMixture([new double[40]], 1).Draw(600, 1).Rows), null, null, log ?? new ListLog());

    [Fact]
    public void Validation_chooses_states_where_there_are_modes_and_a_plain_flow_where_there_are_none()
    {
        var settings = Brief with { Epochs = 30, EnsembleSize = 1 };
        var log = new ListLog();
        var modes = Train(settings, Blobs, log);
        Assert.Equal(5, modes.Shape.States);
        Assert.IsType<MixtureLatentSpec>(modes.Members[0].Spec.Latent);
        Assert.Contains(log.Infos, message => message.StartsWith("Trial of a plain flow: held-out log-density"));
        Assert.Contains(log.Infos, message => message.StartsWith("Validation chooses 5 latent states"));
        Assert.Equal(1, Train(settings, Blob).Shape.States);
    }

    [Fact]
    public void The_first_trial_is_the_first_member_and_progress_tells_which_flow_is_trained()
    {
        var progress = new Collect();
        var settings = Brief with { Epochs = 12, EnsembleSize = 2, Device = InTurn };
        var model = Train(settings with { Progress = progress }, Blob);
        Assert.Equal(Values(Train(settings with { ChoosesLatent = false }, Blob)), Values(model));
        Assert.All(progress.Reports, report => Assert.Equal(3, report.Flows));
        Assert.Equal([12, 12, 12], progress.Reports.GroupBy(report => report.Flow).OrderBy(group => group.Key).Select(group => group.Last().Epochs));
    }

    [Fact]
    public void One_deep_flow_is_trained_for_long_where_nothing_overfits()
    {
        var progress = new Collect();
        var log = new ListLog();
        var model = Train(Slow with { Progress = progress }, Line, log);
        var one = Assert.Single(model.Flows).Spec;
        Assert.Equal(2 * Tiny.Layers, one.Layers.OfType<MapLayerSpec>().Count());
        Assert.Contains(log.Infos, message => message.StartsWith("It was still getting better: one flow of 4 layers, with a dropout of 0.1,"));
        Assert.Equal(3, progress.Reports[^1].Flow);
        Assert.Equal(3, progress.Reports[^1].Flows);
        Assert.True(progress.Reports[^1].Epochs > progress.Reports[0].Epochs);
    }

    [Fact]
    public void A_long_training_that_is_killed_goes_on()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var settings = Slow with { CheckpointFolder = folder };
            Assert.Throws<ApplicationException>(() => Train(settings with { Progress = new KillIn(3) }, Line));
            var progress = new Collect();
            var resumed = Train(settings with { Progress = progress }, Line);
            Assert.All(progress.Reports, report => Assert.Equal(3, report.Flow));
            Assert.Equal(Values(Train(Slow, Line)), Values(resumed));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(null, 2, 2)]
    [InlineData(5, null, LatentChoice.EnsembleSize)]
    public void Whoever_names_epochs_or_an_ensemble_gets_them(int? epochs, int? ensembleSize, int members)
    {
        var model = Train(Slow with { Epochs = epochs, EnsembleSize = ensembleSize }, Line);
        Assert.Equal(members, model.Flows.Count);
        Assert.All(model.Flows, member => Assert.Equal(Tiny.Layers, member.Spec.Layers.OfType<MapLayerSpec>().Count()));
    }

    [Fact]
    public void The_noise_of_an_ensemble_falls_evenly_by_its_logarithm()
    {
        var settings = new TrainingSettings { Noise = 0.4, FinestNoise = 0.25 };
        Assert.Equal([0.4, 0.2, 0.1], Enumerable.Range(0, 3).Select(flow => settings.NoiseOf(flow, 3)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.4, settings.NoiseOf(0, 1));
    }

    [Theory]
    [InlineData(499, new[] { 1 })]
    [InlineData(500, new[] { 1, 5 })]
    [InlineData(10_000, new[] { 1, 40 })]
    [InlineData(20_000, new[] { 1, 50 })]
    [InlineData(10_000_000_000, new[] { 1, 80 })]
    public void The_plain_flow_and_as_many_states_as_the_rows_bear_are_tried(long rows, int[] states) =>
        Assert.Equal(states, LatentChoice.Candidates(Tiny, rows, choosesMap: false).Select(candidate => candidate.States));

    [Fact]
    public void A_plain_flow_maps_by_mixtures_of_logistics_unless_a_map_is_asked_for()
    {
        var spline = Tiny with { Map = FlowMap.RationalQuadraticSpline };
        Assert.Equal([FlowMap.MixtureOfLogistics, FlowMap.RationalQuadraticSpline], LatentChoice.Candidates(spline, 1_000, choosesMap: true).Select(candidate => candidate.Map));
        Assert.Equal([FlowMap.Affine, FlowMap.Affine], LatentChoice.Candidates(Tiny with { Map = FlowMap.Affine }, 1_000, choosesMap: false).Select(candidate => candidate.Map));
        var wide = spline with { Dimensions = FlowLimits.WideTable + 1 };
        Assert.Equal(FlowMap.RationalQuadraticSpline, Assert.Single(LatentChoice.Candidates(wide, 1_000, choosesMap: true)).Map);
    }

    [Fact]
    public void Of_a_table_too_small_for_states_a_trial_tells_whether_a_flow_overfits()
    {
        var log = new ListLog();
        var model = Train(Brief with { ChoosesDecay = true, EnsembleSize = 2, Epochs = 30, LearningRate = 0.03 }, Blob[..120], log);
        Assert.Equal(2, model.Members.Count);
        Assert.Contains(log.Infos, message => message.StartsWith("Trial with a weight decay of 0.5", StringComparison.Ordinal));
    }

    [Fact]
    public void An_ensemble_is_trained_where_a_flow_overfits()
    {
        var model = Train(new() { ChoosesLatent = true, BatchSize = 64, LearningRate = 0.03 }, Blob[..120]);
        Assert.Equal(LatentChoice.EnsembleSize, model.Members.Count);
    }

    [Fact]
    public void Small_weights_are_tried_where_a_plain_flow_overfits()
    {
        var log = new ListLog();
        var progress = new Collect();
        var model = TrainWide(Wide with { Progress = progress }, log);
        Assert.Contains(log.Infos, message => message.StartsWith("Trial with a weight decay of 0.5 and a dropout of 0.1: held-out log-density"));
        Assert.Equal(4, progress.Reports[^1].Flows);
        Assert.Equal(4, progress.Reports[^1].Flow);
        Assert.Equal(2, model.Members.Count);
        var without = TrainWide(Wide with { ChoosesDecay = false }, log = new ListLog());
        Assert.DoesNotContain(log.Infos, message => message.StartsWith("Trial with a weight decay"));
        Assert.True(model.Report.ValidationLogDensity > without.Report.ValidationLogDensity);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_training_killed_in_the_trial_of_small_weights_or_behind_it_goes_on(int flow)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var settings = Wide with { CheckpointFolder = folder };
            Assert.Throws<ApplicationException>(() => TrainWide(settings with { Progress = new KillIn(flow) }));
            Assert.Equal(Values(TrainWide(Wide)), Values(TrainWide(settings)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_few_rows_try_no_states()
    {
        var progress = new Collect();
        var model = Train(Brief with { Progress = progress }, Blob[..60]);
        Assert.Equal(LatentChoice.EnsembleSize, model.Members.Count);
        Assert.All(progress.Reports, report => Assert.Equal(LatentChoice.EnsembleSize, report.Flows));
    }

    [Fact]
    public void An_ensemble_has_members_of_their_own_and_is_better_than_their_mean()
    {
        var model = Train(Brief with { ChoosesLatent = false, EnsembleSize = 3, Epochs = 20, Device = InTurn }, Blobs);
        Assert.Equal(3, model.Report.EnsembleSize);
        Assert.Equal(3, model.Members.Select(member => member.Spec).Distinct().Count());
        var single = Train(Brief with { ChoosesLatent = false, Epochs = 20, Device = InTurn }, Blobs);
        Assert.Contains(model.Members, member => Values(member).SequenceEqual(Values(single)));
        Assert.Equal(3 * single.Report.Parameters, model.Report.Parameters);

        var heldOut = TrainingData.Read(new ArrayRows(Blobs), null, Brief, Tiny.Seed).Validation;
        double mean = model.Members.Average(member =>
        {
            using var evaluator = FlowEngines.CreateEvaluator(new FlowModel([member], model.Report), ComputeDevice.Cpu);
            return -Validation.Of(evaluator, heldOut).Loss;
        });
        Assert.True(model.Report.ValidationLogDensity > mean);
    }

    [Fact]
    public void An_ensemble_of_plain_flows_has_no_latent()
    {
        var log = new ListLog();
        var model = Train(Brief with { ChoosesLatent = false, EnsembleSize = 3 }, Blobs, log);
        Assert.Equal(3, model.Members.Count);
        Assert.Equal(1, model.Shape.States);
        Assert.Equal(0, model.Report.MutualInformation);
        Assert.Equal(1, model.Report.StatesUsed);
        Assert.Contains(log.Infos, message => message.Contains("1 of 1 latent states used"));
    }

    [Fact]
    public void The_latent_of_an_ensemble_is_that_of_its_best_flow()
    {
        var first = new List<bool>();
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var architecture = Tiny with { States = 3, Seed = seed };
            var model = FlowTrainer.Train(
                architecture, Brief with { ChoosesLatent = false, EnsembleSize = 3 }, new ArrayRows(Blobs), null, null, new ListLog());
            var heldOut = TrainingData.Read(new ArrayRows(Blobs), null, Brief, seed).Validation;
            var validations = model.Members.Select(member =>
            {
                using var evaluator = FlowEngines.CreateEvaluator(member, ComputeDevice.Cpu);
                return Validation.Of(evaluator, heldOut);
            }).ToList();
            Assert.All(validations, validation => Assert.True(validation.Loss >= validations[0].Loss));
            Assert.Equal(3, model.Shape.States);
            Assert.Equal((validations[0].MutualInformation, validations[0].StatesUsed), (model.Report.MutualInformation, model.Report.StatesUsed));
            var alone = FlowTrainer.Train(
                architecture, Brief with { ChoosesLatent = false, EnsembleSize = 1 }, new ArrayRows(Blobs), null, null, new ListLog());
            first.Add(Values(model.Members[0]).SequenceEqual(Values(alone)));
        }
        Assert.Contains(false, first);      // the best is not always the one that is trained first
    }

    [Fact]
    public void Same_seed_gives_the_same_ensemble()
    {
        FlowModel first = Train(Brief, Blobs), second = Train(Brief, Blobs);
        Assert.Equal(first.Report, second.Report);
        Assert.Equal(Values(first), Values(second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_training_killed_in_any_flow_goes_on_where_it_was(int flow)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var whole = Train(Brief, Blobs);
            var settings = Brief with { CheckpointFolder = folder };
            Assert.Throws<ApplicationException>(() => Train(settings with { Progress = new KillIn(flow) }, Blobs));
            var progress = new Collect();
            var resumed = Train(settings with { Progress = progress }, Blobs);
            Assert.DoesNotContain(progress.Reports, report => report.Flow < flow);
            Assert.Equal(Values(whole), Values(resumed));
            Assert.Equal(whole.Report, resumed.Report);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void Cancelled_trainings_keep_the_flows_that_are_done(int flow, int members)
    {
        using var cancellation = new CancellationTokenSource();
        var settings = Brief with { Cancellation = cancellation.Token, Progress = new CancelIn(flow, cancellation), Device = InTurn };
        var kept = Train(settings with { WhenCancelled = WhenCancelled.KeepBest }, Blobs);
        Assert.True(kept.Report.Cancelled);
        Assert.Equal(members, kept.Members.Count);
        Assert.Throws<OperationCanceledException>(() => Train(settings, Blobs));
    }

    [Fact]
    public void A_warm_start_goes_on_with_all_members()
    {
        var model = Train(Brief with { ChoosesLatent = false, EnsembleSize = 2, Epochs = 20 }, Blob);
        var warm = Train(Brief with { ChoosesLatent = false, Epochs = 1, LearningRate = 1e-6 }, Blob, null, model);
        Assert.Equal(2, warm.Members.Count);
        Assert.Equal(model.Report.ValidationLogDensity, warm.Report.ValidationLogDensity, 0.05);
    }

    private static IEnumerable<float> Values(FlowModel model) => model.Members.SelectMany(member => Values(member));

    private static IEnumerable<float> Values(FlowMember member) => member.Arrays.SelectMany(array => array.Values);

    private sealed class Collect : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);
    }

    private sealed class KillIn(int flow) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Flow == flow)
                throw new ApplicationException("killed");
        }
    }

    private sealed class CancelIn(int flow, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Flow == flow)
                cancellation.Cancel();
        }
    }
}
