using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowTransformer), null, typeof(SignatureLoadModel), "Normalizing variational flow",
    NormalizingVariationalFlowTransformer.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// A trained flow: adds log-density and latent columns to a table, and draws new rows. A row with a missing or infinite feature or context gets missing
/// scores (NaN, key 0, index -1).
/// </summary>
/// <example>
/// <code>
/// float[] logDensities = [.. model.Transform(table).GetColumn&lt;float&gt;("LogDensity")];
/// IDataView rows = model.Sample(10_000, seed: 7);
/// ml.Model.Save(model, table.Schema, "flow.zip");
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowTransformer : RowScoringTransformer
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    internal const string LoaderSignature = "NormVariationalFlow";

    private readonly IHostEnvironment _environment;
    private readonly ComputeDevice? _device;
    private string? _warned;

    /// <param name="environment">Knows the seed and the device.</param>
    /// <param name="file">The columns and the flow.</param>
    /// <param name="device">Where to compute; null asks the environment.</param>
    /// <param name="evaluators">Makes the evaluator, which is <see cref="FlowEngines"/>'s business.</param>
    internal NormalizingVariationalFlowTransformer(
        IHostEnvironment environment, FlowFile file, ComputeDevice? device = null, Func<FlowModel, ComputeDevice, IFlowEvaluator>? evaluators = null)
        : base(new ModelHeader("NVF FLOW", LoaderSignature))
    {
        (_environment, _device) = (environment, device);
        Columns = file.Columns;
        Model = file.Model;
        Evaluator = new SharedEvaluator(
            () => (evaluators ?? FlowEngines.CreateEvaluator)(Model, device ?? Environments.Device(environment, null, null)));
    }

    /// <summary>What came out of training.</summary>
    public TrainingReport Report => Model.Report;

    /// <summary>
    /// K, the number of latent states; 1 is a plain flow, or an ensemble of them. The latent of an ensemble is that of one of its flows, see
    /// <see cref="FlowOptions.EnsembleSize"/>.
    /// </summary>
    public int LatentStates => Model.Shape.States;

    /// <summary>D, the number of features.</summary>
    public int Dimensions => Model.Shape.Dimensions;

    internal FlowModel Model { get; }

    internal FlowColumns Columns { get; }

    internal SharedEvaluator Evaluator { get; }

    /// <summary>
    /// New rows drawn from the learned density, in the units of the training rows: a table with the feature column. Rows are
    /// drawn while it is read; every pass over it gives the same rows.
    /// </summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <param name="latentState">Draws from this latent state alone, 0 .. K-1; null draws the state of each row, too. Where K is 1 it makes no difference.</param>
    /// <returns>A table of that many rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many rows, or there is no such state.</exception>
    /// <exception cref="InvalidOperationException">The density is given a context, see the other overload.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Sample(long rows, int? seed = null, int? latentState = null)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} rows were asked for, but the number must be 0 or more.");
        if (Columns.Context is { } context)
            throw new InvalidOperationException($"The density is given '{context.Name}', and rows are drawn for values of it: give Sample a table with that column.");
        CheckState(latentState);
        Evaluator.ThrowIfDisposed();
        return new SampledView(Columns, Model, Evaluator, rows, Environments.Seed(_environment, seed), latentState);
    }

    /// <summary>
    /// Draws features for each row of a table, given its context: the table with the feature column added, which hides one of that name. Rows are
    /// drawn while it is read; every pass over it gives the same, and so does a row whatever stands beside it. A row with a missing or infinite
    /// context gets NaN.
    /// </summary>
    /// <param name="context">A table with the column that <see cref="NormalizingVariationalFlowOptions.ContextColumnName"/> names; give a row as often as features are to be drawn for it.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <param name="latentState">Draws from this latent state alone, 0 .. K-1; null draws the state of each row, too. Where K is 1 it makes no difference.</param>
    /// <returns>As many rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The context column is missing, of another type or size, or there is no such state.</exception>
    /// <exception cref="InvalidOperationException">The density is given nothing, see the other overload.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <example><code>IDataView drawn = model.Sample(hours, seed: 7);     // a model with ContextColumnName = "Hour"</code></example>
    public IDataView Sample(IDataView context, int? seed = null, int? latentState = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Columns.Context is null)
            throw new InvalidOperationException("The density is given no context: give Sample the number of rows.");
        CheckState(latentState);
        return new ScoredView(context, new SamplingPlan(context.Schema, this, Environments.Seed(_environment, seed), latentState));
    }

    /// <summary>
    /// A transformer that makes rows of noise, for places where random numbers come from elsewhere: <c>mlContext.Model.ConvertToOnnx</c> writes it, so that rows
    /// are drawn outside of .NET. It adds the feature column to a table with noise and, where the density is given a context, its column.
    /// </summary>
    /// <param name="noiseColumnName">
    /// The column of noise: a vector of D + 1 values of Single. The first, uniform in [0, 1), chooses the latent state, and the flow of an ensemble; the others
    /// are standard normal. A row that lacks one of them gets NaN.
    /// </param>
    /// <returns>The transformer; it is not saved, and computes as long as this one is not disposed.</returns>
    /// <exception cref="NotSupportedException">The model has a continuous latent, or more flows, states and components than a Single can choose from.</exception>
    /// <exception cref="ObjectDisposedException">This transformer was disposed.</exception>
    /// <example>
    /// <code>
    /// ml.Model.ConvertToOnnx(model.FromNoise(), noise, stream);      // noise: a table with the column Noise, of which the type alone is read
    /// </code>
    /// </example>
    public ITransformer FromNoise(string noiseColumnName = "Noise")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(noiseColumnName);
        Evaluator.ThrowIfDisposed();
        return new NoiseTransformer(this, noiseColumnName, _device ?? Environments.Device(_environment, null, null));
    }

    /// <summary>
    /// Draws features for each row of a table, given its place in the continuous latent: the table with the feature column added, which hides one of that
    /// name. Given the same z and other seeds, rows differ in what the latent does not tell; along a path of z they go from one to another. Rows are
    /// drawn while the table is read; every pass over it gives the same. A row with a missing or infinite value gets NaN.
    /// </summary>
    /// <param name="rows">A table with that column and, where the density is given a context, with the column of the context.</param>
    /// <param name="latentColumnName">A vector with as many values as the latent has dimensions, such as the column that <see cref="NormalizingVariationalFlowOptions.LatentMeanColumnName"/> names.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <returns>As many rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of another type or size.</exception>
    /// <exception cref="InvalidOperationException">The flow has no continuous latent.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <example><code>IDataView like = model.SampleGivenLatent(model.Transform(rows), "LatentMean", seed: 7);     // rows like those</code></example>
    public IDataView SampleGivenLatent(IDataView rows, string latentColumnName, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentException.ThrowIfNullOrEmpty(latentColumnName);
        if (Model.Shape.Latent == 0)
            throw new InvalidOperationException($"Rows are to be drawn given the column '{latentColumnName}', but the flow has no continuous latent: train with FlowLatent.Continuous, or use Sample.");
        return new ScoredView(rows, new SamplingPlan(rows.Schema, this, Environments.Seed(_environment, seed), state: null, latentColumnName));
    }

    private void CheckState(int? latentState)
    {
        if (latentState is { } state && (state < 0 || state >= LatentStates))
            throw new ArgumentOutOfRangeException(nameof(latentState), $"Latent state {state} was asked for, but the model has the states 0 to {LatentStates - 1}.");
    }

    /// <summary>The transformer of a flow that was read.</summary>
    /// <exception cref="FormatException">Its arrays do not fit its architecture.</exception>
    internal static NormalizingVariationalFlowTransformer Revive(IHostEnvironment environment, FlowFile file)
    {
        var transformer = new NormalizingVariationalFlowTransformer(environment, file);
        transformer.CheckModel();
        return transformer;
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    internal static NormalizingVariationalFlowTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        Revive(environment, FlowFile.Read(context.Reader));

    /// <inheritdoc/>
    public override void Dispose() => Evaluator.Dispose();

    /// <summary>The flow bound to a schema, with columns of another's making, which another evaluator may compute.</summary>
    internal ScoringPlan Plan(DataViewSchema input, Func<uint, IReadOnlyList<OutputColumn>> added, SharedEvaluator? evaluator = null)
    {
        var plan = FlowScoringPlan.Create(input, Columns, Model, evaluator ?? Evaluator, added);
        string? difference = (input.GetColumnOrNull(Columns.Feature) is { } feature ? FeatureNames.Difference(Columns.Feature, Columns.SlotNames, FeatureColumn.SlotNames(feature)) : null)
            ?? (Columns.Context is { } context ? FeatureNames.Difference(context.Name, context.SlotNames, FeatureColumn.SlotNames(input[context.Name])) : null);
        // ML.NET asks for a schema several times over.
        if (difference is not null && Interlocked.Exchange(ref _warned, difference) != difference)
        {
            using var channel = _environment.Register("NormalizingVariationalFlow").Start("Scoring");
            channel.Warning(MessageSensitivity.Schema, difference);
        }
        return plan;
    }

    private protected override ScoringPlan Plan(DataViewSchema input) =>
        Plan(input, scoreSet => OutputColumns.Create(Columns, Model.Shape, scoreSet));

    private protected override void Write(BinaryWriter writer) => new FlowFile(Columns, Model).Write(writer);

    /// <summary>Refuses a model whose arrays do not fit its architecture.</summary>
    /// <exception cref="FormatException">They do not.</exception>
    private void CheckModel()
    {
        // Another engine is not started for a file that nobody has scored with: what the arrays are was held against the description.
        if (!Model.Members.All(member => FlowEngines.IsManaged(member.Spec)))
            return;
        try
        {
            FlowProbe.Check(Evaluator, Model);
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
}
