using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>Trainings that do not depend on one another go side by side, and end as they would one after the other.</summary>
public class SideBySideTests
{
    private static readonly FlowArchitecture Tiny = new()
    {
        Dimensions = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1,
    };

    private static readonly float[][] Rows = new GaussianMixture([[0, 0], [9, 0], [0, 9], [9, 9], [-9, 5]], 0.5).Draw(600, 1).Rows;

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Trials_and_members_have_the_same_bits_side_by_side_and_in_turn(int threads)
    {
        var settings = new TrainingSettings { ChoosesLatent = true, EnsembleSize = 3, Epochs = 3, BatchSize = 64, Device = ComputeDevice.Cpu with { Threads = threads } };
        var (apart, apartLog) = Train(settings, takesTurns: false);
        var (turns, turnsLog) = Train(settings, takesTurns: true);
        Assert.Equal(3, apart.Members.Count);
        Assert.Equal(turns.Members.SelectMany(Values), apart.Members.SelectMany(Values));
        Assert.Equal(turns.Report.ValidationLogDensity, apart.Report.ValidationLogDensity);
        // The order of the lines is that of the clock, but not what they say, times apart.
        Assert.Equal(
            turnsLog.Infos.Where(line => !line.StartsWith("Epoch", StringComparison.Ordinal)).Order(),
            apartLog.Infos.Where(line => !line.Contains(": Epoch", StringComparison.Ordinal)).Order());
        Assert.Equal(3, apartLog.Infos.Count(line => line.StartsWith("Flow 2: Epoch", StringComparison.Ordinal)));
    }

    [Fact]
    public void Progress_comes_one_report_after_the_other()
    {
        int inside = 0;
        var flows = new List<int>();
        var progress = new Listener(report =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            Thread.Sleep(2);
            flows.Add(report.Flow);
            Interlocked.Decrement(ref inside);
        });
        var settings = new TrainingSettings { EnsembleSize = 4, Epochs = 5, BatchSize = 64, Progress = progress, Device = ComputeDevice.Cpu with { Threads = 4 } };
        Train(settings, takesTurns: false);
        Assert.Equal([5, 5, 5, 5], flows.CountBy(flow => flow).OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    [Fact]
    public void A_cancelled_ensemble_gives_what_there_is()
    {
        using var source = new CancellationTokenSource();
        var settings = new TrainingSettings
        {
            EnsembleSize = 3, Epochs = 400, Patience = 400, BatchSize = 64, Device = ComputeDevice.Cpu with { Threads = 3 },
            Cancellation = source.Token, WhenCancelled = WhenCancelled.KeepBest, Progress = new Listener(_ => source.Cancel()),
        };
        var (model, _) = Train(settings, takesTurns: false);
        Assert.True(model.Report.Cancelled);
        Assert.Single(model.Members);
        Assert.Throws<OperationCanceledException>(() => Train(settings with { WhenCancelled = WhenCancelled.Throw }, takesTurns: false));
    }

    [Fact]
    public void Pieces_of_work_are_done_at_the_same_time_and_in_order()
    {
        using var barrier = new Barrier(3);
        int[] results = SideBySide.Run(6, 3, i => barrier.SignalAndWait(TimeSpan.FromMinutes(1)) ? 10 * i : -1);
        Assert.Equal([0, 10, 20, 30, 40, 50], results);
        int thread = Environment.CurrentManagedThreadId;
        Assert.Equal([thread, thread], SideBySide.Run(2, 1, _ => Environment.CurrentManagedThreadId));
        Assert.Empty(SideBySide.Run(0, 4, i => i));
    }

    [Fact]
    public void The_first_failure_is_thrown_and_nothing_begins_after_it()
    {
        int begun = 0;
        var error = Assert.Throws<InvalidOperationException>(() => SideBySide.Run(1_000, 2, i =>
        {
            Interlocked.Increment(ref begun);
            if (i > 3)
                Thread.Sleep(50);       // while piece 3 fails
            return i == 3 ? throw new InvalidOperationException("piece 3") : i;
        }));
        Assert.Equal("piece 3", error.Message);
        Assert.InRange(begun, 4, 500);
    }

    [Theory]
    [InlineData(8, 3, 2)]
    [InlineData(2, 3, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(16, 1, 16)]
    public void Each_training_has_its_share_of_the_threads(int threads, int count, int share) =>
        Assert.Equal(share, SideBySide.ShareOf(ComputeDevice.Cpu with { Threads = threads }, count).Threads);

    private static (FlowModel Model, ListLog Log) Train(TrainingSettings settings, bool takesTurns)
    {
        var log = new ListLog();
        var data = TrainingData.Read(new ArrayRows(Rows), null, settings, Tiny.Seed);
        return (new FlowTraining(Tiny, settings, data, null, log, takesTurns).Complete(), log);
    }

    private static IEnumerable<float> Values(FlowMember member) => member.Arrays.SelectMany(array => array.Values);
}
