using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests.Synthesis;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Processes;

/// <summary>
/// Memory stays flat: in a process of its own, so that no other test disturbs the reading. A tensor lost in each step would
/// cost some 64 bytes of handle and its values, and show as megabytes after thousands of steps.
/// </summary>
public class NativeMemoryTests
{
    private const int Steps = 10_000;

    /// <summary>10,000 training steps; prints the growth in KiB over the last three quarters of them.</summary>
    internal static void TrainManySteps(string[] arguments)
    {
        var ring = GaussianMixture.Ring(2, 1, 0.3);
        const int batch = 32, epochs = 200, rows = batch * Steps / epochs;
        var growth = new Growth();
        var progress = new Every(epoch =>
        {
            if (epoch is epochs / 4 or epochs)
                growth.Measure();
        });
        FlowTrainer.Train(
            new FlowArchitecture { Dimensions = 2, States = 2, Layers = 1, HiddenUnits = 4, EncoderHiddenUnits = 4, Bins = 3, Dropout = 0.1, Seed = 1 },
            new TrainingSettings { Epochs = epochs, Patience = epochs, BatchSize = batch, Progress = progress },
            new ArrayRows(ring.Draw(rows, seed: 1).Rows), new ArrayRows(ring.Draw(100, seed: 2).Rows), null, new ListLog());
        Console.WriteLine(growth.KiB);
    }

    /// <summary>10,000 predictions of an engine, a row each; prints the growth in KiB over the last three quarters of them.</summary>
    internal static void PredictManyTimes(string[] arguments)
    {
        using var small = new SmallFlow();
        using var engine = small.Ml.Model.CreatePredictionEngine<FeatureRow, ScoredRow>(
            small.Chain, new PredictionEngineOptions { OwnsTransformer = false });
        var growth = new Growth();
        for (int i = 1; i <= Steps; i++)
        {
            engine.Predict(new FeatureRow { Features = [i * 1e-4f, 1f] });
            if (i is Steps / 4 or Steps)
                growth.Measure();
        }
        Console.WriteLine(growth.KiB);
    }

    /// <summary>10,000 times 64 synthetic rows, some 30 MiB if they were kept; prints the growth in KiB over the last three quarters of them.</summary>
    internal static void SampleManyRows(string[] arguments)
    {
        const int Batch = 64;
        var view = new SmallSynthesizer().Synthesizer.Sample(Batch * Steps, seed: 1);
        var growth = new Growth();
        long row = 0;
        foreach (string kind in view.GetColumn<string>("Kind"))
        {
            if (++row is Batch * Steps / 4 or Batch * Steps)
                growth.Measure();
        }
        Console.WriteLine(growth.KiB);
    }

    private static readonly Dictionary<string, Action<string[]>> Tasks =
        new Action<string[]>[] { TrainManySteps, SampleManyRows, PredictManyTimes }.ToDictionary(task => task.Method.Name);

    public static TheoryData<string> Names => [.. Tasks.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Stays_flat(string task)
    {
        long growth = long.Parse(ChildProcess.Run(Tasks[task]));
        Assert.True(growth < 16 * 1024, $"{task}: {growth} KiB more after {Steps} steps.");
    }

    private sealed class Growth
    {
        private readonly List<long> _readings = [];

        public long KiB => (_readings[1] - _readings[0]) / 1024;

        public void Measure()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var process = Process.GetCurrentProcess();
            _readings.Add(process.WorkingSet64);
        }
    }

    private sealed class Every(Action<int> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value.Epoch);
    }
}
