namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Is told of the progress of a training, at once and on its thread.</summary>
internal sealed class Listener(Action<TrainingProgress> told) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => told(value);
}
