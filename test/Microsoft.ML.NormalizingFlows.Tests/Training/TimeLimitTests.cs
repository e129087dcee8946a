using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>Trainings of a given time, by a clock that each look at it moves on.</summary>
public class TimeLimitTests
{
    private static readonly FlowArchitecture Tiny = new()
    {
        Dimensions = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1,
    };

    private static readonly float[][] Blobs = new GaussianMixture([[0, 0], [9, 0], [0, 9], [9, 9], [-9, 5]], 0.1).Draw(600, 1).Rows;

    private static readonly TrainingSettings Long = new()
    {
        Epochs = 10_000, Patience = 10_000, BatchSize = 64, Device = ComputeDevice.Cpu with { Threads = 1 },
    };

    private static TimeLimit Looks(int count) => new(TimeSpan.FromSeconds(count), new Clock());

    private static FlowModel Train(TrainingSettings settings, float[][] rows, ListLog log) =>
        FlowTrainer.Train(Tiny, settings, new ArrayRows(rows), null, null, log);

    [Fact]
    public void A_part_is_of_what_is_left()
    {
        var clock = new Clock();
        var whole = new TimeLimit(TimeSpan.FromSeconds(100), clock);
        clock.Now = 60;     // the next look is at 61
        var part = whole.Part(0.25);
        clock.Now = 66;
        Assert.False(part.IsOver);
        clock.Now = 90;
        Assert.True(part.IsOver);
        clock.Now = 75;
        Assert.Equal(0.75, whole.Done, 1e-9);
        clock.Now = 500;
        Assert.Equal((TimeSpan.Zero, 1.0, true), (whole.Left, whole.Done, whole.IsOver));
        Assert.True(whole.Part(0.5).IsOver);
    }

    [Fact]
    public void Training_stops_in_the_middle_of_an_epoch_and_keeps_what_it_has()
    {
        var log = new ListLog();
        var model = Train(Long with { Time = Looks(10) }, Blobs, log);
        Assert.Equal((1, 1), (model.Report.Epochs, model.Report.BestEpoch));
        Assert.InRange(model.Report.Steps, 1, 8);      // an epoch has nine
        Assert.False(model.Report.Cancelled);
        Assert.Contains(log.Infos, message => message.StartsWith("Time is over after ") && message.EndsWith(": training ends in epoch 1 of 10000, and the best weights so far are kept."));
    }

    [Fact]
    public void There_is_a_model_where_not_a_step_fits()
    {
        var log = new ListLog();
        var model = Train(Long with { Time = Looks(1) }, Blobs, log);
        Assert.Equal((0L, 0), (model.Report.Steps, model.Report.BestEpoch));
        Assert.True(double.IsFinite(model.Report.ValidationLogDensity));
        Assert.Contains(log.Infos, message => message.StartsWith("Time is over after ") && message.Contains(": training ends in epoch 0 of 10000"));
    }

    [Fact]
    public void A_longer_time_gives_a_better_model_and_its_steps_become_small()
    {
        double shorter = Train(Long with { Time = Looks(60) }, Blobs, new ListLog()).Report.ValidationLogDensity;
        double longer = Train(Long with { Time = Looks(3_000) }, Blobs, new ListLog()).Report.ValidationLogDensity;
        Assert.True(longer > shorter + 0.1);

        var plan = TrainingPlan.For(Long with { LearningRate = 0.5 }, epochs: 10, stepsPerEpoch: 80);
        var clock = new Clock();
        var time = new TimeLimit(TimeSpan.FromSeconds(100), clock);
        clock.Now = 50;
        Assert.Equal(0.5, plan.LearningRateAt(0, time));
        clock.Now = 101;
        Assert.Equal(0, plan.LearningRateAt(0, time), 1e-9);
        Assert.Equal(0.25, plan.LearningRateAt(650), 1e-12);
    }

    [Fact]
    public void Trials_have_half_of_the_time_and_what_follows_is_kept_where_it_is_better()
    {
        var log = new ListLog();
        var settings = Long with { ChoosesLatent = true, ChoosesDecay = true, Epochs = null, Time = Looks(400) };
        var model = Train(settings, Blobs, log);
        Assert.Equal(5, model.Shape.States);
        double best = log.Infos.Where(message => message.StartsWith("Trial of")).Max(Density);
        Assert.True(model.Report.ValidationLogDensity >= best - 1e-4);
        Assert.True(log.Infos.Count(message => message.StartsWith("Time is over after ")) >= 3, string.Join('\n', log.Infos));

        static double Density(string message) => double.Parse(message.Split("held-out log-density ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_checkpoint_of_a_training_whose_time_is_over_goes_with_it()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var log = new ListLog();
            Train(Long with { ChoosesLatent = true, Epochs = null, CheckpointFolder = folder, Time = Looks(60) }, Blobs, log);
            Assert.Contains(log.Infos, message => message.StartsWith("Time is over after "));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_a_training_took_before_it_was_resumed_counts_once_for_those_side_by_side()
    {
        var clock = new Clock();
        var whole = new TimeLimit(TimeSpan.FromSeconds(1_000), clock);      // at 1
        var trials = whole.Part(0.5);       // of the 999 that are left at 2, from 3 on
        trials.Resume(TimeSpan.FromSeconds(200));
        trials.Resume(TimeSpan.FromSeconds(150));
        trials.Resume(TimeSpan.FromSeconds(300));
        clock.Now = 102;
        Assert.Equal(TimeSpan.FromSeconds(499.5 - 300 - 100), trials.Left);
        clock.Now = 200;
        Assert.Equal(TimeSpan.FromSeconds(1_000 - 300 - 200), whole.Left);
        var members = whole.Part(1);        // of 499
        members.Resume(TimeSpan.FromSeconds(250));
        clock.Now = 300;
        Assert.Equal(TimeSpan.FromSeconds(1_000 - 300 - 250 - 300), whole.Left);
    }

    [Fact]
    public void A_training_that_is_resumed_has_the_time_that_it_had_left()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var stop = new CancellationTokenSource();
            TimeSpan taken = default;
            var (first, log) = (new Clock(), new ListLog());
            var settings = Long with { CheckpointFolder = folder };
            Assert.Throws<OperationCanceledException>(() => Train(settings with
            {
                Time = new TimeLimit(TimeSpan.FromSeconds(400), first), Clock = first, Cancellation = stop.Token, WhenCancelled = WhenCancelled.Throw,
                Progress = new Listener(progress =>
                {
                    taken = progress.Elapsed;
                    if (progress.Epoch == 8)
                        stop.Cancel();
                }),
            }, Blobs, log));
            Assert.InRange(taken.TotalSeconds, 100, 350);
            var second = new Clock();
            var model = Train(settings with { Time = new TimeLimit(TimeSpan.FromSeconds(400), second), Clock = second }, Blobs, log);
            Assert.Contains(log.Infos, message => message.StartsWith("Resumed after epoch 8 ", StringComparison.Ordinal));
            Assert.Contains(log.Infos, message => message.StartsWith("Time is over after ", StringComparison.Ordinal));
            Assert.True(model.Report.Epochs > 8, $"{model.Report.Epochs} epochs");
            Assert.InRange(second.Now + taken.TotalSeconds, 395, 410);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_time_that_is_none_is_refused_in_one_sentence(int seconds)
    {
        var options = new NormalizingVariationalFlowOptions { Training = { TrainingTime = TimeSpan.FromSeconds(seconds) } };
        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.StartsWith($"Training.TrainingTime is {TimeSpan.FromSeconds(seconds)}, but must be above 0 and finite.", error.Message);
    }

    [Theory]
    [InlineData("density")]
    [InlineData("anomaly")]
    [InlineData("clusters")]
    public void Every_task_stops_when_time_is_over(string task)
    {
        var ml = new MLContext(seed: 1);
        var messages = new List<string>();
        ml.Log += (_, entry) =>
        {
            lock (messages)
                messages.Add(entry.RawMessage);
        };
        var rows = ml.Data.LoadFromEnumerable(FeatureRow.From(Blobs));
        var training = new TrainingOptions { TrainingTime = TimeSpan.FromSeconds(0.5), Epochs = int.MaxValue, Patience = int.MaxValue };
        IDisposable? model = task switch
        {
            "density" => ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions { Training = training, Flow = { Latent = FlowLatent.None } }).Fit(rows),
            "anomaly" => ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowAnomalyOptions { Training = training }).Fit(rows),
            "clusters" => ml.Clustering.Trainers.NormalizingVariationalFlow(new NormalizingVariationalFlowClusteringOptions { Training = training, NumberOfClusters = 5, Restarts = 3 }).Fit(rows),
            _ => throw new ArgumentOutOfRangeException(nameof(task)),
        };
        model?.Dispose();
        Assert.Contains(messages, message => message.Contains("Time is over after ") && message.Contains(": training ends in epoch "));
    }

    /// <summary>Each look at it takes a second.</summary>
    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => ++Now;
    }
}
