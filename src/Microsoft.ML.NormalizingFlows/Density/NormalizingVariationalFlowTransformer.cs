using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// A trained flow: adds log-density and latent columns to a table, and draws new rows. Scores are computed batch by batch while
/// a table is read, on any thread. <see cref="Dispose"/> frees the memory of the model; what was loaded or scored before stays.
/// </summary>
/// <remarks>
/// <c>mlContext.Model.Save</c> and <c>Load</c> keep it, without anything being registered. Where its part of the file is
/// damaged, foreign, or from a newer version, a <see cref="FormatException"/> says so in one sentence; ML.NET wraps it, and
/// <see cref="Exception.GetBaseException"/> unwraps it. A zip file that is cut off is refused by ML.NET itself.
/// </remarks>
/// <example>
/// <code>
/// float[] logDensities = [.. model.Transform(table).GetColumn&lt;float&gt;("LogDensity")];
/// IDataView rows = model.Sample(10_000, seed: 7);
/// ml.Model.Save(model, table.Schema, "flow.zip");
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowTransformer : ITransformer, ICanSaveModel, IDisposable
{
    private readonly IHostEnvironment _environment;

    /// <param name="environment">Knows the seed and the device.</param>
    /// <param name="file">The columns and the flow.</param>
    /// <param name="device">Where to compute; null asks the environment.</param>
    /// <param name="evaluators">Makes the evaluator, which is <see cref="FlowEngines"/>'s business.</param>
    internal NormalizingVariationalFlowTransformer(
        IHostEnvironment environment, FlowFile file, ComputeDevice? device = null, Func<FlowModel, ComputeDevice, IFlowEvaluator>? evaluators = null)
    {
        _environment = environment;
        Columns = file.Columns;
        Model = file.Model;
        Evaluator = new SharedEvaluator(
            () => (evaluators ?? FlowEngines.CreateEvaluator)(Model, device ?? Environments.Device(environment, null, null)));
    }

    /// <summary>What came out of training.</summary>
    public TrainingReport Report => Model.Report;

    /// <summary>K, the number of latent states; 1 is a plain flow.</summary>
    public int LatentStates => Model.Shape.States;

    /// <summary>D, the number of features.</summary>
    public int Dimensions => Model.Shape.Dimensions;

    internal FlowModel Model { get; }

    internal FlowColumns Columns { get; }

    internal SharedEvaluator Evaluator { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The columns of <paramref name="inputSchema"/> and those that this transformer adds, with their annotations.</summary>
    /// <param name="inputSchema">The schema of the table.</param>
    /// <returns>The schema that <see cref="Transform"/> gives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of a wrong type, or of another size than in training.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Plan(inputSchema).Output;
    }

    /// <summary>
    /// Adds the columns to a table. Nothing is read or computed before the result is; then only what the active columns need.
    /// A row with a missing or infinite feature gets missing scores (NaN, key 0, index -1).
    /// </summary>
    /// <param name="input">A table with the feature column that the flow was trained on.</param>
    /// <returns>The table with the columns added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of a wrong type, or of another size than in training.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(input, Plan(input.Schema));
    }

    /// <summary>
    /// New rows drawn from the learned density, in the units of the training rows: a table with the feature column. Rows are
    /// drawn while it is read; every pass over it gives the same rows.
    /// </summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <param name="latentState">Draws from this latent state alone, 0 .. K-1; null draws the state of each row, too.</param>
    /// <returns>A table of that many rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many rows, or there is no such state.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Sample(long rows, int? seed = null, int? latentState = null)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} rows were asked for, but the number must be 0 or more.");
        if (latentState is { } state && (state < 0 || state >= LatentStates))
            throw new ArgumentOutOfRangeException(nameof(latentState), $"Latent state {state} was asked for, but the model has the states 0 to {LatentStates - 1}.");
        Evaluator.ThrowIfDisposed();
        return new SampledView(Columns, Model.Shape, Evaluator, rows, Environments.Seed(_environment, seed), latentState);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringRowMapper(Plan(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelRepository.Save(ctx, new FlowFile(Columns, Model));

    /// <summary>Refuses a model whose arrays do not fit its architecture; called when one is loaded.</summary>
    /// <exception cref="FormatException">They do not.</exception>
    internal void CheckModel()
    {
        try
        {
            Evaluator.Prepare();
        }
        catch (InvalidDataException error)
        {
            throw SealedContent.Damaged(error);
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException or NotSupportedException or InvalidOperationException)
        {
            // LibTorch or the GPU is absent. Schema, report and saving need neither; scoring will say what is missing.
        }
    }

    /// <summary>Frees the memory of the model; scoring and sampling throw from now on, saving still works.</summary>
    public void Dispose() => Evaluator.Dispose();

    /// <summary>The flow bound to a schema, with columns of another's making.</summary>
    internal ScoringPlan Plan(DataViewSchema input, Func<uint, IReadOnlyList<OutputColumn>> added) =>
        FlowScoringPlan.Create(input, Columns, Model.Shape, Evaluator, added);

    private ScoringPlan Plan(DataViewSchema input) =>
        Plan(input, scoreSet => OutputColumns.Create(Columns, LatentStates, Dimensions, scoreSet));
}
