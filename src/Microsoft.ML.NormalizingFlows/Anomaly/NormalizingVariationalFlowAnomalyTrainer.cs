using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// Learns what rows are usual, without labels: a normalizing flow is trained on the core of the rows, and rows that it never saw tell
/// which scores are usual. Made by
/// <see cref="NormalizingFlowsAnomalyCatalog.NormalizingVariationalFlow(AnomalyDetectionCatalog.AnomalyDetectionTrainers, NormalizingVariationalFlowAnomalyOptions)"/>.
/// </summary>
/// <remarks>
/// Of n rows, a tenth is held out, more where the false-positive rate needs more. Of the others, those are left out that lie far from the
/// core of the rows (<see cref="NormalizingVariationalFlowAnomalyOptions.Contamination"/>). The flow starts as the Gaussian of what is left and is
/// trained on it with noise (<see cref="NormalizingVariationalFlowAnomalyOptions.Noise"/>) for a fixed time; up to 2,000 of the same rows are kept, by
/// which a row's nearest are found, and a forest of random cuts (<see cref="AnomalyScore.Surprise"/>). The held-out rows take no part in any of it, which is what makes p-values valid.
/// <para>
/// Where <see cref="NormalizingVariationalFlowAnomalyOptions.Flow"/> leaves it open, the flow is plain (without a latent), of three layers of 32 hidden
/// units below 1,000 rows and 64 above, over a base of n / 50 Gaussians, 1 to 10; about 1,000 steps of 256 rows; the mean density of three
/// flows up to 20,000 rows. Above some 100 features there are fewer steps, down to 50, as the work of one grows with D²; above 256 there is
/// one flow of one layer, little more than the Gaussian that it starts as.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var detector = ml.AnomalyDetection.Trainers.NormalizingVariationalFlow("Features", falsePositiveRate: 0.01).Fit(train);
/// IDataView scored = detector.Transform(test);       // + Score, PredictedLabel, PValue
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowAnomalyTrainer : IEstimator<NormalizingVariationalFlowAnomalyTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly NormalizingVariationalFlowAnomalyOptions _options;
    private readonly TrainFlow _train;

    internal NormalizingVariationalFlowAnomalyTrainer(
        IHostEnvironment environment, NormalizingVariationalFlowAnomalyOptions options, TrainFlow? train = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options, _train) = (environment, options.Copy(), train ?? FlowTrainer.Train);
    }

    /// <summary>Trains on <paramref name="input"/>; a part of its rows is held out for p-values and threshold.</summary>
    /// <param name="input">The training rows; only the feature column is read.</param>
    /// <returns>The trained detector.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">The rows are too few for the false-positive rate, or one is not finite.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public NormalizingVariationalFlowAnomalyTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var feature = FeatureColumn.Find(input.Schema, _options.FeatureColumnName);
        var origin = FeatureOrigin.Of(input, feature);
        using var channel = _environment.Register("NormalizingVariationalFlowAnomaly").Start("Training");
        if (FrameNulls.WarningOf(input) is string warning)
            channel.Warning(MessageSensitivity.Schema, warning);
        return new AnomalyTraining(_environment, _options, feature, origin, _train, new ChannelLog(channel)).Complete(
            SharedRows.Of(new ViewRowSource(input, feature, origin), _options.Training.Group));
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and those that the transformer will add, with their annotations.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <returns>The columns that there will be after the transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        FeatureColumn.Check(inputSchema, _options.FeatureColumnName);
        var item = inputSchema.First(column => column.Name == _options.FeatureColumnName).ItemType;
        var features = new FlowColumns { Feature = _options.FeatureColumnName, FeatureIsDouble = item.Equals(NumberDataViewType.Double) };
        // Getters are never made of these.
        return SchemaShapes.With(inputSchema, AnomalyOutputColumns.Create(AnomalyColumns.Of(_options), judge: null!, views: null, features, dimensions: 1, explain: null!, scoreSet: 1));
    }
}
