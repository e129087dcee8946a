using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Processes;

public class KilledTrainingTests
{
    private static FlowModel Train(string? folder, IProgress<TrainingProgress>? progress, ListLog log) => FlowTrainer.Train(
        new FlowArchitecture { Dimensions = 2, States = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1 },
        new TrainingSettings { Epochs = 8, BatchSize = 64, CheckpointFolder = folder, Progress = progress },
        new ArrayRows(GaussianMixture.Ring(2, 1, 0.3).Draw(300, seed: 1).Rows), null, null, log);

    /// <summary>The task of the second process: trains, says when epoch 4 ends, and then goes on for ever.</summary>
    internal static void TrainWithCheckpoints(string[] arguments) => Train(arguments[0], new HangAfter(4), new ListLog());

    [Fact]
    public void Training_that_was_killed_goes_on_where_it_stopped()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using (var process = ChildProcess.Start(TrainWithCheckpoints, folder))
            {
                Assert.Equal("epoch 4", process.StandardOutput.ReadLine());
                process.Kill();
                process.WaitForExit();
            }
            var log = new ListLog();
            var resumed = Train(folder, null, log);
            var whole = Train(null, null, new ListLog());
            Assert.Contains(log.Infos, message => message.StartsWith("Resumed after epoch 3"));
            foreach (var (expected, actual) in whole.Members[0].Arrays.Zip(resumed.Members[0].Arrays))
                Assert.Equal(expected.Values, actual.Values);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class HangAfter(int epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch != epoch)
                return;
            Console.WriteLine($"epoch {epoch}");
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
