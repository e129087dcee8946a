using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>The small plain flow that learns the density of a single cluster: strong enough for a bent one, small enough for a few rows.</summary>
/// <param name="device">Where it is trained.</param>
/// <param name="cancellation">Stops a training, which then throws.</param>
internal sealed class ClusterFlow(ComputeDevice device, CancellationToken cancellation)
{
    private const int Steps = 1_000;

    private static readonly FlowOptions s_flow = new() { Latent = FlowLatent.None, Layers = 4, HiddenUnits = 16 };

    /// <summary>The flow of rows of so many values.</summary>
    public static FlowSpec Spec(int dimensions) => OptionsTranslation.Architecture(s_flow, new TrainingOptions(), dimensions, seed: 0).ToSpec();

    /// <summary>Learns the density of <paramref name="training"/> and gives log p(x) in nats of each row of <paramref name="judged"/>.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public float[] LogDensities(RowTable training, RowTable judged, ulong seed, IProgress<TrainingProgress>? progress)
    {
        var options = new TrainingOptions
        {
            BatchSize = 64,
            Schedule = LearningRateSchedule.Cosine,
            WeightAveraging = 0,
            Progress = progress,
            Cancellation = cancellation,
        };
        options.Epochs = ClusteringSize.Epochs(Steps, options.BatchSize, training.Count);
        var model = FlowTrainer.Train(
            OptionsTranslation.Architecture(s_flow, options, training.Dimensions, seed), OptionsTranslation.Settings(s_flow, options, device), new TableRows(training), null, null, new Silence());
        using var evaluator = FlowEngines.CreateEvaluator(model, device);
        var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity, judged.Count);
        evaluator.Score(judged.Values, judged.Count, scores);
        return scores.LogDensity;
    }

    /// <summary>Dozens of flows that nobody asked for have nothing to say.</summary>
    private sealed class Silence : ITrainingLog
    {
        public void Info(string message)
        {
        }

        public void Warning(string message)
        {
        }
    }
}
