using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

/// <summary>A real detector, trained once in a moment on four clusters, at the end of a chain.</summary>
public sealed class SmallDetector : IDisposable
{
    private static readonly GaussianMixture s_ring = GaussianMixture.Ring(4, 4, 0.5);

    public SmallDetector()
    {
        Normal = s_ring.Draw(2_000, seed: 2).Rows;
        Train = View(s_ring.Draw(1_000, seed: 1).Rows, label: 0);
        Chain = Ml.Transforms.CopyColumns("Both", "Features").Append(Ml.AnomalyDetection.Trainers.NormalizingVariationalFlow(Options)).Fit(Train);
    }

    public static NormalizingVariationalFlowAnomalyOptions Options => new()
    {
        FeatureColumnName = "Both",
        FalsePositiveRate = 0.05,
        HeldOutShare = 0.2,
        Score = AnomalyScore.NegativeLogLikelihood,
        Contamination = 0,
        Noise = 0.1,
        FeatureContributionsColumnName = "FeatureContributions",
        ExpectedFeaturesColumnName = "ExpectedFeatures",
        Flow =
        {
            Latent = FlowLatent.Discrete(4) with { StateStandardization = true, EncoderHiddenUnits = 8 }, Layers = 2, HiddenUnits = 16, BaseComponents = 1,
        },
        Training = { Epochs = 30, BatchSize = 128, Schedule = LearningRateSchedule.CoolDown, WeightAveraging = 0.1 },
    };

    public MLContext Ml { get; } = new(seed: 1);

    public float[][] Normal { get; }

    /// <summary>Rows between the clusters.</summary>
    public float[][] Odd { get; } = [[0, 0], [1, -1], [9, 9], [-3, -3], [4, 2]];

    public IDataView Train { get; }

    public TransformerChain<NormalizingVariationalFlowAnomalyTransformer> Chain { get; }

    public NormalizingVariationalFlowAnomalyTransformer Detector => Chain.LastTransformer;

    public IDataView View(float[][] rows, float label) => Ml.Data.LoadFromEnumerable(Rows(rows, label));

    public static IReadOnlyList<LabelledPoint> Rows(float[][] rows, float label) => [.. rows.Select(row => new LabelledPoint { Features = row, Label = label })];

    public JudgedPoint[] Judge(ITransformer model, params float[][] rows) =>
        [.. Ml.Data.CreateEnumerable<JudgedPoint>(model.Transform(View(rows, 0)), reuseRowObject: false)];

    public void Dispose() => Chain.Dispose();
}

/// <summary>A row of the plane with its label, above 0 for an anomaly.</summary>
public sealed class LabelledPoint
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}

/// <summary>All columns of a judged row.</summary>
public sealed class JudgedPoint
{
    public float Score { get; set; }

    public bool PredictedLabel { get; set; }

    public float PValue { get; set; }

    public float[] FeatureContributions { get; set; } = [];

    public float[] ExpectedFeatures { get; set; } = [];
}
