using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

/// <summary>Two moons, and their clustering, trained once in a moment.</summary>
public sealed class Moons : IDisposable
{
    public Moons()
    {
        Train = Ml.Data.LoadFromEnumerable(Draw(1_000, seed: 1));
        Rows = Draw(300, seed: 2);
        Test = Ml.Data.LoadFromEnumerable(Rows);
        Model = Ml.Clustering.Trainers.NormalizingVariationalFlow(Options).Fit(Train);
    }

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Train { get; }

    public IReadOnlyList<Row> Rows { get; }

    public IDataView Test { get; }

    public NormalizingVariationalFlowClusteringTransformer Model { get; }

    /// <summary>A small flow for few epochs, and every column.</summary>
    public static NormalizingVariationalFlowClusteringOptions Options => new()
    {
        NumberOfClusters = 2,
        ClusterNumberColumnName = "ClusterNumber",
        Flow = { Latent = FlowLatent.Discrete(16) with { EncoderHiddenUnits = 16 }, HiddenUnits = 8 },
        Training = { Epochs = 40, BatchSize = 64 },
    };

    public static IReadOnlyList<Row> Draw(int count, int seed) =>
        [.. new global::Samples.Shared.Toys.Moons(noise: 0.08).Draw(count, seed).Select(point => new Row { Features = [(float)point.X, (float)point.Y], Label = point.Mode })];

    public void Dispose() => Model.Dispose();

    public sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    public sealed class Clustered
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];

        public float[] Probabilities { get; set; } = [];

        public int ClusterNumber { get; set; }
    }
}
