using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;

namespace Micro;

/// <summary>A table and a transformer fitted to its first rows, on one thread.</summary>
internal sealed class FittedTable : IDisposable
{
    private const int TrainingRows = 1_000;

    public FittedTable(FlowSize size, FlowPattern pattern, int rows)
    {
        var workload = Workloads.Create(size, pattern, rows: Math.Max(rows, TrainingRows));
        var flow = workload.Architecture;
        Rows = [.. workload.ScoredRows.Chunk(flow.Dimensions)];
        View = FeatureRow.View(Ml, Rows[..rows], flow.Dimensions);
        Transformer = Ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            Flow = { Latent = FlowLatent.Discrete(flow.States) with { EncoderHiddenUnits = flow.EncoderHiddenUnits }, Layers = flow.Layers, HiddenUnits = flow.HiddenUnits, Bins = flow.Bins, Pattern = flow.Pattern },
            Training = { BatchSize = workload.Batch, Epochs = 1, Engine = ComputeEngine.Managed, Threads = 1 },
        }).Fit(FeatureRow.View(Ml, Rows[..TrainingRows], flow.Dimensions));
    }

    public MLContext Ml { get; } = new(seed: 1);

    public float[][] Rows { get; }

    public IDataView View { get; }

    public NormalizingVariationalFlowTransformer Transformer { get; }

    public void Dispose() => Transformer.Dispose();
}
