using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Synthesis;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Conditions;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(SynthesizerTransformer), null, typeof(SignatureLoadModel), "Synthesizer of mixed tables", SynthesizerTransformer.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// The learned joint distribution of a table: draws rows of its schema, fills missing values, and adds to rows their log-density. It is safe to
/// use from several threads at once.
/// </summary>
/// <remarks>
/// <see cref="RowScoringTransformer.Transform"/> adds the log-density of each row, a Single in nats, under the name
/// <see cref="SynthesizerOptions.LogDensityColumnName"/>: ln of the probability of its discrete values (categories, truth values, keys, dates,
/// rounded, frequent and missing numbers) and of the density of other numbers in their units. It is exact, but where a column above
/// others (<see cref="SynthesizerColumnOptions.Below"/>) would pass its greatest learned value: it is drawn below it then, which is not counted, so
/// that the log-density is a lower bound. It is one, too, since each column keeps half a hundredth for values unlike those of the rows before it, which are not drawn, where rows that break what all training rows keep are drawn anew, and where a value that equals what other
/// columns say could have been drawn by chance as well. Unique keys have no part in it. A value that was not learned, which is never drawn, has the share of
/// one more row, and numbers less the farther they are from those that were learned, so that means over fresh rows are finite. Only a row
/// that breaks the order of columns has -infinity.
/// </remarks>
/// <example>
/// <code>
/// IDataView rows = synthesizer.Sample(10_000, seed: 7);
/// IDataView unusual = ml.Data.FilterRowsByColumn(synthesizer.Transform(table), "LogDensity", upperBound: -20);
/// ml.Model.Save(synthesizer, table.Schema, "synthesizer.zip");
/// var loaded = (SynthesizerTransformer)ml.Model.Load("synthesizer.zip", out _);
/// </code>
/// </example>
public sealed class SynthesizerTransformer : RowScoringTransformer
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    internal const string LoaderSignature = "NormFlowSynthesizer";

    private readonly IHostEnvironment _environment;
    private readonly TableCodec _codec;
    private readonly SharedCellEvaluator _evaluator;

    /// <exception cref="InvalidDataException">What was learned does not fit the columns.</exception>
    internal SynthesizerTransformer(IHostEnvironment environment, SynthesizerFile file, int threads)
        : base(new ModelHeader("NVF SYNT", LoaderSignature))
    {
        (_environment, File, _codec) = (environment, file, file.Codec);
        _evaluator = new SharedCellEvaluator(file.Model.CreateEvaluator(file.Codec.Codes, file.Codec.Orders, threads));
    }

    internal SynthesizerFile File { get; }

    /// <summary>
    /// New rows, drawn block by block while they are read, of which no more than a block is kept in memory; every pass gives the same. Under a
    /// condition they are drawn from the conditional distribution.
    /// </summary>
    /// <param name="rows">How many, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <param name="given">
    /// What the rows are to have in common: an object with a property for each column that is given, such as <c>new { Age = 40 }</c>, or a dictionary
    /// by name of column. A number, text, truth value, date, or a key by number or name stands for itself, null or NaN for a missing value; a pair,
    /// such as <c>(30, 40)</c>, for a range of numbers or dates, both ends included; an array for one of several categories. Columns that are left out
    /// are drawn, as are all where it is null.
    /// </param>
    /// <param name="progress">Gets a report after each block.</param>
    /// <param name="cancellation">Stops a pass with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A table of the schema that was learned.</returns>
    /// <remarks>
    /// Columns are drawn one after another: categories, then numbers, each in the order of the table, and last categories of more than 256 values.
    /// Values for the first of them cost nothing. Where a later column is given, rows are drawn among others by how well these agree with it
    /// (sampling-importance-resampling, Rubin 1987), which takes longer the rarer that is: a block of 1,024 rows is drawn from 2,048 others, or twice as
    /// many until enough of them agree, up to about 260 a row. Under a condition that is rarer still, rows repeat, of which <see cref="MLContext.Log"/> warns.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many rows.</exception>
    /// <exception cref="ArgumentException">
    /// What is given names an unknown column, or a value that no row can have, or there are more rows than a column of unique keys can number.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <example>
    /// <code>
    /// IDataView some = synthesizer.Sample(1_000, seed: 7, given: new { Sex = "Female", Age = (30, 40) });
    /// IDataView others = synthesizer.Sample(1_000, seed: 7, given: new Dictionary&lt;string, object?&gt; { ["hours-per-week"] = 20, ["occupation"] = null });
    /// </code>
    /// </example>
    public IDataView Sample(
        long rows, int? seed = null, object? given = null, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} rows were asked for, but the number must be 0 or more.");
        return Sample([(given, rows)], seed, progress, cancellation);
    }

    /// <summary>
    /// New rows under several conditions, those of the first one first: so many of each, as for a balanced table. Otherwise as
    /// <see cref="Sample(long, int?, object?, IProgress{SamplingProgress}?, CancellationToken)"/>.
    /// </summary>
    /// <param name="parts">Of each condition what the rows are to have in common, null for nothing, and how many there are to be, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <param name="progress">Gets a report after each block.</param>
    /// <param name="cancellation">Stops a pass with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A table of the schema that was learned.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many rows.</exception>
    /// <exception cref="ArgumentException">
    /// What is given names an unknown column, or a value that no row can have, or there are more rows than a column of unique keys can number.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <example><code>IDataView balanced = synthesizer.Sample([(new { Fraud = true }, 5_000), (new { Fraud = false }, 5_000)], seed: 7);</code></example>
    public IDataView Sample(
        IEnumerable<(object? Given, long Rows)> parts, int? seed = null, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        (object? Given, long Rows)[] all = [.. parts];
        if (all.Length == 0)
            throw new ArgumentException("No condition is given: name at least one, null for none, and its number of rows.", nameof(parts));
        if (all.FirstOrDefault(part => part.Rows < 0).Rows is < 0 and var wrong)
            throw new ArgumentOutOfRangeException(nameof(parts), $"{wrong} rows were asked for, but the number must be 0 or more.");
        _evaluator.ThrowIfDisposed();
        long rows = 0;
        foreach (var part in all)
            rows = checked(rows + part.Rows);
        _codec.CheckRoom(rows);
        return new SyntheticView(
            _codec, _evaluator, all.Select(part => (Condition.Of(_codec, part.Given), part.Rows)).ToArray(), Environments.Seed(_environment, seed),
            () => new SamplingWatch(rows, progress, cancellation), Warn);
    }

    /// <summary>
    /// Fills the missing values of rows, drawn given the values that are known: one draw, not a mean, so that the columns keep how they spread and depend on
    /// one another. Other draws of the same rows come from other seeds. Learned columns that the rows lack are added, drawn as in
    /// <see cref="Sample(long, int?, object?, IProgress{SamplingProgress}?, CancellationToken)"/>, with their share of missing values.
    /// </summary>
    /// <param name="input">
    /// Rows with at least one of the columns that were learned; other columns are passed through. A column of whole numbers or dates of which none was missing
    /// when it was learned may be one of Double (whole numbers also of Single), NaN where they are and dates in days as <see cref="DateTime.ToOADate"/> gives them, one of truth values text,
    /// empty where they are, as <c>LoadFromDataFrame</c> makes them; and the other way round.
    /// </param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <param name="progress">Gets a report after each block.</param>
    /// <param name="cancellation">Stops a pass with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The rows with all columns that were learned; those that had missing values are hidden behind the new ones. Rows are drawn while they are read, and every
    /// pass gives the same. A value that is there stays as it is; one that was not learned, such as a new category, tells nothing of the others.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is of another type than the one that was learned, or there is none of them.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    /// <example><code>IDataView whole = synthesizer.Impute(table, seed: 7);</code></example>
    public IDataView Impute(IDataView input, int? seed = null, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        _evaluator.ThrowIfDisposed();
        input = FrameNulls.AsMissing(input);
        return new ScoredView(input, new ImputationPlan(
            input.Schema, _codec, _evaluator, Environments.Seed(_environment, seed), () => new SamplingWatch(input.GetRowCount(), progress, cancellation)));
    }

    /// <inheritdoc/>
    public override void Dispose() => _evaluator.Dispose();

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    internal static SynthesizerTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        try
        {
            return new SynthesizerTransformer(environment, SynthesizerFile.Read(context.Reader), Environment.ProcessorCount);
        }
        catch (InvalidDataException error)
        {
            throw SealedContent.Damaged(error);
        }
    }

    private protected override ScoringPlan Plan(DataViewSchema input)
    {
        _evaluator.ThrowIfDisposed();
        return new DensityPlan(input, _codec, _evaluator, File.LogDensityColumnName);
    }

    private protected override void Write(BinaryWriter writer) => File.Write(writer);

    private void Warn(string message)
    {
        using var channel = _environment.Start(nameof(Sample));
        channel.Warning(MessageSensitivity.None, message);
    }
}
