using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;

namespace Samples.Shared;

/// <summary>A trained flow and what the sample asks of it.</summary>
public sealed class FittedFlow(MLContext ml, NormalizingVariationalFlowTransformer model, TimeSpan trainingTime) : IDisposable
{
    public NormalizingVariationalFlowTransformer Model => model;

    public TrainingReport Report => model.Report;

    public TimeSpan TrainingTime => trainingTime;

    /// <summary>log p(x) of each row, in nats.</summary>
    public double[] LogDensities(IReadOnlyCollection<float[]> rows) =>
        [.. Scored(rows).GetColumn<float>("LogDensity").Select(value => (double)value)];

    /// <summary>The most likely latent state of each row, counted from 1 as ML.NET's keys are.</summary>
    public int[] Clusters(IReadOnlyCollection<float[]> rows) =>
        [.. Scored(rows).GetColumn<uint>("LatentCluster").Select(key => (int)key)];

    /// <summary>New rows drawn from the model.</summary>
    public float[][] Sample(int rows, int seed) => [.. model.Sample(rows, seed).GetColumn<float[]>("Features")];

    public void Dispose() => model.Dispose();

    private IDataView Scored(IReadOnlyCollection<float[]> rows) =>
        model.Transform(FeatureRow.View(ml, rows, model.Dimensions));
}
