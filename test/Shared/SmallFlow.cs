using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>A real flow, trained once in a moment on four clusters, at the end of a chain.</summary>
public sealed class SmallFlow : IDisposable
{
    public SmallFlow()
    {
        Train = Ml.Data.LoadFromEnumerable(FeatureRow.From(Ring.Draw(1_500, seed: 1).Rows));
        TestRows = Ring.Draw(300, seed: 2).Rows;
        Test = Ml.Data.LoadFromEnumerable(FeatureRow.From(TestRows));
        Chain = Ml.Transforms.CopyColumns("Both", "Features").Append(Ml.Transforms.NormalizingVariationalFlow(Options)).Fit(Train);
    }

    internal static GaussianMixture Ring { get; } = GaussianMixture.Ring(4, 4, 0.5);

    public static NormalizingVariationalFlowOptions Options => new()
    {
        FeatureColumnName = "Both",
        LatentClusterIndexColumnName = "LatentClusterIndex",
        BaseVectorColumnName = "BaseVector",
        Flow = { Latent = FlowLatent.Discrete(4) with { EncoderHiddenUnits = 8, StateStandardization = true }, Layers = 2, HiddenUnits = 16 },
        Training = { Epochs = 25, BatchSize = 128 },
    };

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Train { get; }

    public IDataView Test { get; }

    public float[][] TestRows { get; }

    public TransformerChain<NormalizingVariationalFlowTransformer> Chain { get; }

    public NormalizingVariationalFlowTransformer Flow => Chain.LastTransformer;

    public void Dispose() => Chain.Dispose();
}

/// <summary>All columns of a scored row of <see cref="SmallFlow"/>.</summary>
public sealed class ScoredRow
{
    public float LogDensity { get; set; }

    public uint LatentCluster { get; set; }

    public int LatentClusterIndex { get; set; }

    public float[] LatentProbabilities { get; set; } = [];

    public float[] BaseVector { get; set; } = [];

    /// <summary>All numbers of the row.</summary>
    public IEnumerable<float> Numbers => [LogDensity, LatentCluster, LatentClusterIndex, .. LatentProbabilities, .. BaseVector];
}
