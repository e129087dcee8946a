using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.Runtime;
using Options = Microsoft.ML.NormalizingFlows.NormalizingVariationalFlowAnomalyOptions;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowAnomalyTransformer), null, typeof(SignatureLoadModel),
    "Normalizing variational flow for anomaly detection", NormalizingVariationalFlowAnomalyTransformer.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// A trained detector: adds a score, a label and a p-value to each row, and explains them if asked to.
/// <c>mlContext.AnomalyDetection.Evaluate</c> takes its output, with a label column of Single (above 0 is an anomaly).
/// <see cref="Dispose"/> frees the memory of the flow, which detectors made from this one share.
/// </summary>
/// <example>
/// <code>
/// var strict = detector.WithFalsePositiveRate(0.001);                   // no training: another threshold
/// var explained = strict.WithFeatureContributions("FeatureContributions");
/// IDataView scored = explained.Transform(test);
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowAnomalyTransformer : RowScoringTransformer, ISingleFeaturePredictionTransformer<NormalizingVariationalFlowTransformer>
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    internal const string LoaderSignature = "NormVarFlowAnomaly";

    private readonly SurpriseViews? _views;
    private readonly SharedEvaluator _evaluator;
    private readonly AnomalyColumns _columns;
    private readonly AnomalyJudge _judge;
    private readonly UsualValues _usual;

    internal NormalizingVariationalFlowAnomalyTransformer(
        NormalizingVariationalFlowTransformer flow, AnomalyColumns columns, AnomalyJudge judge, UsualValues usual, SurpriseViews? views, SharedEvaluator? evaluator = null)
        : base(new ModelHeader("NVF ANOM", LoaderSignature))
    {
        (Flow, _columns, _judge, _usual, _views, _evaluator) = (flow, columns, judge, usual, views, evaluator ?? SurpriseEvaluator.Of(flow, views));
    }

    /// <summary>The density behind the scores, of the rows with <see cref="NormalizingVariationalFlowAnomalyOptions.Noise"/>: a transformer of its own, which adds log-densities and draws rows.</summary>
    public NormalizingVariationalFlowTransformer Flow { get; }

    NormalizingVariationalFlowTransformer IPredictionTransformer<NormalizingVariationalFlowTransformer>.Model => Flow;

    string ISingleFeaturePredictionTransformer<NormalizingVariationalFlowTransformer>.FeatureColumnName => Flow.Columns.Feature;

    DataViewType ISingleFeaturePredictionTransformer<NormalizingVariationalFlowTransformer>.FeatureColumnType =>
        new VectorDataViewType(Flow.Columns.FeatureIsDouble ? NumberDataViewType.Double : NumberDataViewType.Single, Flow.Dimensions);

    /// <summary>What the score is.</summary>
    public AnomalyScore Score => _judge.Kind;

    /// <summary>A row with a greater score is an anomaly; in nats.</summary>
    public float Threshold => _judge.Threshold;

    /// <summary>The share of normal rows above the threshold that it was chosen for; null where it was given as a score.</summary>
    public double? FalsePositiveRate => _judge.FalsePositiveRate;

    /// <summary>
    /// The number of training rows that the model, and each file it is saved to, keeps, at most 2,000: see <see cref="AnomalyScore.Surprise"/>. 0 for other scores.
    /// </summary>
    public int Prototypes => _views?.Local.Count ?? 0;

    /// <summary>The number n of held-out rows: no p-value is less than 1 / (n + 1).</summary>
    public int HeldOutRows => _judge.HeldOut.Count;

    /// <summary>The same detector with the threshold for another false-positive rate.</summary>
    /// <param name="rate">The share of normal rows that may be taken for anomalies, above 0, below 1.</param>
    /// <returns>A detector that shares the flow with this one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range, or needs more held-out rows than there are.</exception>
    public NormalizingVariationalFlowAnomalyTransformer WithFalsePositiveRate(double rate)
    {
        Ranges.Between(nameof(Options.FalsePositiveRate), rate, 0, 1);
        return With(_judge with { Threshold = _judge.HeldOut.Threshold(rate), FalsePositiveRate = rate });
    }

    /// <summary>The same detector with another threshold.</summary>
    /// <param name="threshold">A row with a greater score is an anomaly; a number of nats.</param>
    /// <returns>A detector that shares the flow with this one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not a number.</exception>
    public NormalizingVariationalFlowAnomalyTransformer WithThreshold(float threshold)
    {
        if (float.IsNaN(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), "The threshold is NaN: give the score above which a row is an anomaly.");
        return With(_judge with { Threshold = threshold, FalsePositiveRate = null });
    }

    /// <summary>The same detector with explanations.</summary>
    /// <param name="featureContributionsColumnName">See <see cref="NormalizingVariationalFlowAnomalyOptions.FeatureContributionsColumnName"/>; null leaves the column out.</param>
    /// <param name="expectedFeaturesColumnName">See <see cref="NormalizingVariationalFlowAnomalyOptions.ExpectedFeaturesColumnName"/>; null leaves the column out.</param>
    /// <param name="onlyAnomalies">See <see cref="NormalizingVariationalFlowAnomalyOptions.ExplainOnlyAnomalies"/>.</param>
    /// <returns>A detector that shares the flow with this one.</returns>
    /// <exception cref="ArgumentException">A name is empty or taken.</exception>
    public NormalizingVariationalFlowAnomalyTransformer WithFeatureContributions(
        string? featureContributionsColumnName = "FeatureContributions", string? expectedFeaturesColumnName = null, bool onlyAnomalies = false)
    {
        ColumnNames.Check(
            (nameof(Options.FeatureColumnName), Flow.Columns.Feature),
            needed: [(nameof(Options.ScoreColumnName), _columns.Score), (nameof(Options.PredictedLabelColumnName), _columns.PredictedLabel)],
            optional:
            [
                (nameof(Options.PValueColumnName), _columns.PValue),
                (nameof(featureContributionsColumnName), featureContributionsColumnName),
                (nameof(expectedFeaturesColumnName), expectedFeaturesColumnName),
            ]);
        var columns = _columns with
        {
            FeatureContributions = featureContributionsColumnName, ExpectedFeatures = expectedFeaturesColumnName, ExplainOnlyAnomalies = onlyAnomalies,
        };
        return new(Flow, columns, _judge, _usual, _views, _evaluator);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _evaluator.Dispose();
        Flow.Dispose();
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    internal static NormalizingVariationalFlowAnomalyTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        var file = AnomalyFile.Read(context.Reader);
        var flow = NormalizingVariationalFlowTransformer.Revive(environment, file.Flow);
        return new NormalizingVariationalFlowAnomalyTransformer(flow, file.Columns, file.Judge, file.Usual, file.Views);
    }

    private protected override ScoringPlan Plan(DataViewSchema input) => Flow.Plan(input, scoreSet => AnomalyOutputColumns.Create(
        _columns, _judge, _views, Flow.Columns, Flow.Dimensions, () => new FeatureContributions(_evaluator, Flow.Model.Shape, _usual, _views), scoreSet), _evaluator);

    private protected override void Write(BinaryWriter writer) =>
        new AnomalyFile(new FlowFile(Flow.Columns, Flow.Model), _columns, _judge, _usual, _views).Write(writer);

    private NormalizingVariationalFlowAnomalyTransformer With(AnomalyJudge judge) => new(Flow, _columns, judge, _usual, _views, _evaluator);
}
