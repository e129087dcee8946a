using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;

namespace PaperToys.Roll;

/// <summary>A flow with one latent or another on the Swiss roll.</summary>
internal sealed class RollTrial : IDisposable
{
    public const int TrainingRows = 4_096, HeldOutRows = 4_096;

    private readonly MLContext _ml = new(seed: 1);
    private readonly NormalizingVariationalFlowTransformer _flow;
    private readonly RollPoint[] _heldOut = RollPoint.Draw(HeldOutRows, seed: 1_003);

    public RollTrial(string name, FlowLatent latent, int epochs)
    {
        Name = name;
        _flow = _ml.Transforms.NormalizingVariationalFlow(new NormalizingVariationalFlowOptions
        {
            LatentMeanColumnName = latent is ContinuousFlowLatent ? "Z" : null,
            Flow = { Latent = latent, Map = FlowMap.Affine, Layers = 4, HiddenUnits = 32 },
            Training = { Epochs = epochs, Patience = epochs, Seed = 1 },
        }).Fit(View(RollPoint.Draw(TrainingRows, seed: 1)), View(RollPoint.Draw(HeldOutRows, seed: 2)));
        LogDensity = LogDensities(_heldOut.Select(point => new[] { (float)point.X, (float)point.Y })).Average();
        Correlation = latent is ContinuousFlowLatent ? RankCorrelation(Means, [.. _heldOut.Select(point => point.Length)]) : null;
    }

    public string Name { get; }

    /// <summary>The mean over held-out points, exact or a bound.</summary>
    public double LogDensity { get; }

    /// <summary>What <see cref="LogDensity"/> is, in the words of its column.</summary>
    public string Kind
    {
        get
        {
            ReadOnlyMemory<char> kind = default;
            _flow.GetOutputSchema(View(_heldOut).Schema)["LogDensity"].Annotations.GetValue("DensityKind", ref kind);
            return kind.ToString();
        }
    }

    /// <summary>Spearman's, between the latent of a held-out point and its place along the roll; null without a continuous latent.</summary>
    public double? Correlation { get; }

    public TrainingReport Report => _flow.Report;

    /// <summary>Place along the roll and latent of held-out points.</summary>
    public IEnumerable<(double Length, double Z)> Unrolled => _heldOut.Zip(Means, (point, z) => (point.Length, (double)z));

    public double[] LogDensities(IEnumerable<float[]> points) =>
        [.. _flow.Transform(FeatureRow.View(_ml, [.. points], 2)).GetColumn<float>("LogDensity").Select(value => (double)value)];

    public IEnumerable<(double X, double Y)> Sample(int count) =>
        _flow.Sample(count, seed: 3).GetColumn<float[]>("Features").Select(row => ((double)row[0], (double)row[1]));

    public void Dispose() => _flow.Dispose();

    private double[] Means => [.. _flow.Transform(View(_heldOut)).GetColumn<float[]>("Z").Select(row => (double)row[0])];

    private IDataView View(IEnumerable<RollPoint> points) => FeatureRow.View(_ml, [.. points.Select(point => new[] { (float)point.X, (float)point.Y })], 2);

    private static double RankCorrelation(double[] a, double[] b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double middle = (a.Length - 1) / 2.0;
        return x.Zip(y).Sum(pair => (pair.First - middle) * (pair.Second - middle)) / x.Sum(rank => (rank - middle) * (rank - middle));

        static double[] Ranks(double[] values)
        {
            int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
            var ranks = new double[values.Length];
            for (int i = 0; i < order.Length; i++)
                ranks[order[i]] = i;
            return ranks;
        }
    }
}
