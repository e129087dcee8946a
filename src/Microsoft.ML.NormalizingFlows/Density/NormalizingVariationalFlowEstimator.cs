using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// Learns the density of the rows of a feature column by a normalizing flow that is conditioned on a learned discrete latent
/// state (arXiv 2211.11638). Made by
/// <see cref="NormalizingFlowsCatalog.NormalizingVariationalFlow(TransformsCatalog, NormalizingVariationalFlowOptions)"/>.
/// </summary>
/// <example>
/// <code>
/// NormalizingVariationalFlowEstimator estimator = ml.Transforms.NormalizingVariationalFlow("Features", latentStates: 8);
/// using var model = estimator.Fit(train, validation);
/// using var later = estimator.Fit(newer, null, model);     // starts from the first
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowEstimator : IEstimator<NormalizingVariationalFlowTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly NormalizingVariationalFlowOptions _options;
    private readonly TrainFlow _train;

    internal NormalizingVariationalFlowEstimator(
        IHostEnvironment environment, NormalizingVariationalFlowOptions options, TrainFlow? train = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _environment = environment;
        _options = options.Copy();
        _train = train ?? FlowTrainer.Train;
    }

    /// <summary>Trains on <paramref name="input"/>; a part of its rows is held out to choose the best epoch.</summary>
    /// <param name="input">The training rows; only the feature and context columns are read.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature or context column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">The rows cannot be trained on: there are too few, or one is not finite.</exception>
    public NormalizingVariationalFlowTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains on <paramref name="input"/>, choosing the best epoch on <paramref name="validation"/>.</summary>
    /// <param name="input">The training rows; only the feature and context columns are read.</param>
    /// <param name="validation">Rows that the best epoch is chosen on; null holds out a part of <paramref name="input"/>.</param>
    /// <param name="warmStart">A transformer to start from, trained with the same shape of flow; null starts afresh.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature or context column is missing, of a wrong type, or of a size that does not fit.</exception>
    /// <exception cref="ArgumentException">The warm start is a flow of another shape, or checkpoints cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The rows cannot be trained on, the GPU is absent, or the engine asked for cannot do it.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled and <see cref="TrainingOptions.WhenCancelled"/> says to throw.</exception>
    public NormalizingVariationalFlowTransformer Fit(
        IDataView input, IDataView? validation = null, NormalizingVariationalFlowTransformer? warmStart = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        var feature = FeatureColumn.Find(input.Schema, _options.FeatureColumnName);
        int dimensions = FeatureColumn.Size(feature);
        OptionsCheck.CheckOneFeature(_options, dimensions);
        DataViewSchema.Column? given = _options.ContextColumnName is { } name ? FeatureColumn.Find(input.Schema, name, ColumnRole.Context) : null;
        int width = given is { } column ? FeatureColumn.Size(column) : 0;
        var architecture = OptionsTranslation.Architecture(_options.Flow, _options.Training, dimensions, Environments.Seed(_environment, _options.Training.Seed), width);
        CheckpointFolder.Check(_options.Training.CheckpointFolder);
        var device = _options.Training.Device(_environment);
        var settings = OptionsTranslation.Settings(_options.Flow, _options.Training, device);
        if (warmStart is not null)
            settings = WarmStart.Apply(architecture, settings, warmStart.Model);

        // An earlier flow goes on counting from where it did.
        var features = new RowColumn(feature, warmStart is null ? FeatureOrigin.Of(input, feature) : FeatureOrigin.Of(warmStart.Columns.OriginOf(dimensions)));
        var context = given is { } found ? new RowColumn(found, warmStart?.Columns.Context is { } earlier ? FeatureOrigin.Of(earlier.Origin ?? new double[width]) : FeatureOrigin.Of(input, found)) : null;
        var held = validation is null ? null : ValidationRows(validation, features, context);
        using var channel = _environment.Register("NormalizingVariationalFlow").Start("Training");
        if (FrameNulls.WarningOf(input) is string warning)
            channel.Warning(MessageSensitivity.Schema, warning);
        var model = _train(
            architecture,
            settings,
            SharedRows.Of(new ViewRowSource(input, features, context), _options.Training.Group),
            held is null ? null : SharedRows.Of(held, _options.Training.Group),
            warmStart?.Model,
            new ChannelLog(channel));
        var columns = FlowColumns.Of(_options).Of(features, context);
        return new NormalizingVariationalFlowTransformer(_environment, new FlowFile(columns, model), device);
    }

    // Of the flow, where any number of features may stand.
    private FlowShape ShapeAsked => new(1, _options.Flow.Latent.StatesAsked ?? 1, Latent: _options.Flow.Latent is ContinuousFlowLatent latent ? latent.Dimensions : 0);

    private static ViewRowSource ValidationRows(IDataView view, RowColumn features, RowColumn? context) => new(
        view,
        features with { Column = FeatureColumn.Find(view.Schema, features.Column.Name, features.Size) },
        context is null ? null : context with
        {
            Column = FeatureColumn.Find(view.Schema, context.Column.Name, context.Size, context.Column.Type is Data.KeyDataViewType),
        });

    /// <summary>The columns of <paramref name="inputSchema"/> and those that the transformer will add, with their annotations.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <returns>The columns that there will be after the transformer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature or context column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        FeatureColumn.Check(inputSchema, _options.FeatureColumnName);
        if (_options.ContextColumnName is { } context)
            FeatureColumn.Check(inputSchema, context, ColumnRole.Context);
        // A shape does not tell sizes, so any number of features gives the same.
        return SchemaShapes.With(inputSchema, OutputColumns.Create(FlowColumns.Of(_options), ShapeAsked));
    }
}
