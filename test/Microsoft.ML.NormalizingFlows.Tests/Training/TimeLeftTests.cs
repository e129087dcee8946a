using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>How long a training says that it will last, by a clock that only its epochs move on.</summary>
public class TimeLeftTests
{
    private const double Tolerance = 1.5;

    private static readonly FlowArchitecture Tiny = new()
    {
        Dimensions = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1,
    };

    private static readonly float[][] Blob = new GaussianMixture([[0, 0]], 1).Draw(600, 1).Rows;

    private static readonly ComputeDevice InTurn = ComputeDevice.Cpu with { Threads = 1 };

    [Fact]
    public void A_training_that_gets_better_ends_with_its_plan_and_one_that_does_not_with_its_patience()
    {
        var reports = Run(epochs: 112, patience: 28, late: null, best: 40);
        Assert.Equal(68, reports.Count);
        foreach (var report in reports)
        {
            Assert.Equal(TimeSpan.FromSeconds((report.Epoch > 47 ? 68 : 112) - report.Epoch), report.Remaining);
            Assert.Equal(TimeSpan.FromSeconds(112 - report.Epoch), report.RemainingAtMost);
        }
        reports = Run(epochs: 112, patience: 28, late: null, best: 112);
        Assert.All(reports, report => Assert.Equal(TimeSpan.FromSeconds(112 - report.Epoch), report.Remaining));
        Assert.Equal((112, TimeSpan.Zero), (reports.Count, reports[^1].RemainingAtMost));
    }

    [Fact]
    public void Patience_is_short_when_steps_become_small()
    {
        Assert.Equal(84 + 14, Run(epochs: 112, patience: 28, late: (84, 14), best: 80).Count);
        Assert.Equal(90 + 14, Run(epochs: 112, patience: 28, late: (84, 14), best: 90).Count);
        Assert.Equal(40 + 28, Run(epochs: 112, patience: 28, late: (84, 14), best: 40).Count);
        Assert.Equal(112, Run(epochs: 112, patience: 28, late: (84, 14), best: 99).Count);
        Assert.Equal(TimeSpan.FromSeconds(98 - 90), Run(epochs: 112, patience: 28, late: (84, 14), best: 80)[89].Remaining);
        Assert.Equal((84, 14), Plan(null).Late);
        Assert.Null(Plan(20).Late);

        static TrainingPlan Plan(int? patience) => TrainingPlan.For(new TrainingSettings { Patience = patience }, epochs: 112, stepsPerEpoch: 10);
    }

    [Fact]
    public void It_is_that_of_all_trials_and_members()
    {
        var clock = new Clock { Step = 1 };     // an epoch looks once
        var progress = new Collect(clock);
        var settings = new TrainingSettings { ChoosesLatent = true, Epochs = 12, BatchSize = 64, Device = InTurn, Clock = clock, Progress = progress };
        var log = new ListLog();
        FlowTrainer.Train(Tiny, settings, new ArrayRows(Blob), null, null, log);
        Assert.Equal(4 * 12, progress.Reports.Count);
        progress.AssertTrue(Tolerance);
        Assert.Contains(log.Infos, message => message.StartsWith("Epoch 6 of 12: ") && message.EndsWith(" s, about 42 s more, at most 42 s."));
    }

    [Fact]
    public void Members_are_expected_to_stop_where_the_trial_did()
    {
        var left = new TimeLeft();
        left.Begin(1, 1, like: null, [new(1, 2, EndsAlike: true)], [new(1, 2, EndsAlike: true)]);
        Assert.Equal((Seconds(90 + 200), Seconds(290)), left.After(1, new Course(10, null, 100, Seconds(10))));
        // Four in ten epochs: twice a training that long comes behind.
        Assert.Equal((Seconds(10 + 2 * 40), Seconds(70 + 200)), left.After(1, new Course(30, 40, 100, Seconds(30))));
        left.After(1, new Course(40, 40, 100, Seconds(40)));
        left.End(1);
        left.Begin(2, 2, like: 1, [], []);
        Assert.Equal((Seconds(4 * 39.5), Seconds(4 * 99.5)), left.After(2, new Course(1, null, 100, Seconds(4))));
        Assert.Equal((Seconds(4 * 39), Seconds(4 * 99)), left.After(3, new Course(2, null, 100, Seconds(8))));
        // Beyond where the trial stopped it may stop at any time: the other training is what is left.
        Assert.Equal((Seconds(4 * 39), Seconds(4 * 99)), left.After(3, new Course(50, null, 100, Seconds(200))));
    }

    [Fact]
    public void Trainings_side_by_side_share_the_time_of_those_that_wait()
    {
        var left = new TimeLeft();
        left.Begin(5, 2, like: null, [], []);
        left.After(1, new Course(1, null, 10, Seconds(1)));
        var (expected, most) = left.After(2, new Course(1, null, 10, Seconds(1)));
        Assert.Equal((9 + 9 + 3 * 10) / 2.0, expected.TotalSeconds, 1e-9);
        Assert.Equal(expected, most);
    }

    // Fits with the defaults, flows in turn: the planned epochs, the best and the last of each flow, and the seconds of an epoch.
    public static TheoryData<string, (int Planned, int Best, int Last, double Seconds)[], double> Recorded => new()
    {
        { "gas-small", [(63, 63, 63, 0.501), (63, 51, 59, 0.568), (63, 49, 57, 0.575), (63, 51, 59, 0.522)], 0.97 },
        { "power-small", [(70, 70, 70, 0.378), (70, 33, 53, 0.44), (70, 30, 50, 0.437), (70, 55, 64, 0.447)], 0.75 },
        { "magic", [(41, 41, 41, 0.809), (41, 30, 36, 0.865), (41, 30, 36, 1.007), (41, 29, 36, 0.883)], 0.9 },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void In_recorded_fits_most_of_what_is_said_is_right(string name, (int Planned, int Best, int Last, double Seconds)[] flows, double share)
    {
        double whole = flows.Sum(flow => flow.Last * flow.Seconds), before = 0;
        int told = 0, right = 0;
        var left = new TimeLeft();
        var members = new LaterTrainings[] { new(2, 1, EndsAlike: true) };
        for (int i = 0; i < flows.Length; i++)
        {
            if (i == 0)
                left.Begin(2, 1, like: null, members, members);
            if (i == 2)
                left.Begin(2, 1, like: 2, [], []);
            var (planned, best, last, seconds) = flows[i];
            var clock = new Clock { Tick = seconds };
            var progress = new Collect(clock);
            var settings = new TrainingSettings { Clock = clock, Progress = progress, TimeLeft = left, Flow = i + 1 };
            var plan = TrainingPlan.For(settings, planned, stepsPerEpoch: 1);
            new EpochLoop(settings, log: null) { Epochs = planned, Patience = plan.Patience, Late = plan.Late }.Run(new Curve(clock, best));
            left.End(i + 1);
            Assert.Equal(last, progress.Reports.Count);
            foreach (var report in progress.Reports)
            {
                double truth = whole - before - report.Epoch * seconds, said = report.Remaining.TotalSeconds;
                Assert.True(report.RemainingAtMost.TotalSeconds > truth / 1.2 - 0.5, $"{name}, flow {i + 1}, {report}");
                if (truth > 0.9 * whole || truth < 0.02 * whole)
                    continue;
                told++;
                right += said <= Tolerance * truth && truth <= Tolerance * said ? 1 : 0;
            }
            before += last * seconds;
        }
        Assert.True(right >= share * told, $"{name}: {right} of {told}");
    }

    [Fact]
    public void It_is_no_longer_than_the_time_that_is_given()
    {
        var clock = new Clock();
        var left = new TimeLeft(new TimeLimit(Seconds(30), clock));
        clock.Now = 10;
        Assert.Equal((Seconds(20), Seconds(20)), left.After(1, new Course(1, null, 100, Seconds(1))));
        Assert.Equal((Seconds(5), Seconds(20)), left.After(1, new Course(10, 15, 100, Seconds(10))));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static List<TrainingProgress> Run(int epochs, int patience, (int, int)? late, int best)
    {
        var clock = new Clock();
        var progress = new Collect(clock);
        var settings = new TrainingSettings { Clock = clock, Progress = progress };
        new EpochLoop(settings, log: null) { Epochs = epochs, Patience = patience, Late = late }.Run(new Curve(clock, best));
        return progress.Reports;
    }

    /// <summary>Gets better up to an epoch and worse from there on; an epoch takes a second.</summary>
    private sealed class Curve(Clock clock, int best) : IEpochTraining
    {
        private int _epoch;

        public IEnumerable<(double Loss, int Rows)> Pass(int epoch)
        {
            _epoch = epoch + 1;
            clock.Now++;
            yield return (0, 1);
        }

        public HeldOutLoss Judge() => new(Math.Abs(_epoch - best), () => { });
    }

    private sealed class Collect(Clock clock) : IProgress<TrainingProgress>
    {
        private readonly List<long> _times = [];

        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value)
        {
            Reports.Add(value);
            _times.Add(clock.Now);
        }

        /// <summary>After the first tenth of the time, what was said was right within a factor.</summary>
        public void AssertTrue(double factor)
        {
            double all = _times[^1];
            for (int i = 0; i < Reports.Count - 1; i++)
            {
                if (_times[i] > all / 10)
                    Assert.InRange(Reports[i].Remaining.TotalSeconds, (all - _times[i]) / factor, (all - _times[i]) * factor + 1);
            }
        }
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        /// <summary>What a look at it takes.</summary>
        public long Step { get; init; }

        /// <summary>The seconds of a tick.</summary>
        public double Tick { get; init; } = 1;

        public override long TimestampFrequency => (long)(1_000_000 / Tick);

        public override long GetTimestamp() => 1_000_000 * (Now += Step);
    }
}
