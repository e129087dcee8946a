using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

/// <summary>A training that goes on from a checkpoint.</summary>
internal static class MutatedCheckpoint
{
    private static readonly FlowArchitecture s_flow = new() { Dimensions = 2, States = 2, Layers = 1, HiddenUnits = 4, EncoderHiddenUnits = 4, Bins = 4, Seed = 1 };

    private static readonly ArrayRows s_rows = new(GaussianMixture.Ring(2, 1, 0.3).Draw(120, seed: 1).Rows);

    private static readonly TrainingSettings s_settings = new() { Epochs = 4, BatchSize = 64, WeightAveraging = 0.3 };

    public static MutatedFile Kind() => new("checkpoint", [Written()], bytes => new LoadedFile(() =>
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "training.checkpoint"), bytes);
            var model = FlowTrainer.Train(s_flow, s_settings with { CheckpointFolder = folder }, s_rows, null, null, new ListLog());
            using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
            var drawn = new float[32];
            evaluator.Sample(16, RandomStream.For(1, "drawn"), null, drawn);
            var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity, 16);
            evaluator.Score(drawn, 16, scores);
            return [.. drawn.Select(value => ("drawn", (double)value)), .. scores.LogDensity.Select(value => ("log-density", (double)value)), ("validation", model.Report.ValidationLogDensity)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }));

    private static byte[] Written()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Assert.Throws<ApplicationException>(() => FlowTrainer.Train(
                s_flow, s_settings with { CheckpointFolder = folder, Progress = new Stop() }, s_rows, null, null, new ListLog()));
            return File.ReadAllBytes(Directory.GetFiles(folder).Single(file => file.EndsWith(".checkpoint", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // As the third of four epochs ends.
    private sealed class Stop : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == 3)
                throw new ApplicationException();
        }
    }
}
