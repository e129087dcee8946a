using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Pipeline;
using Microsoft.ML.NormalizingFlows.Pipeline.Friend;
using Microsoft.ML.NormalizingFlows.Tabular;
using Microsoft.ML.NormalizingFlows.Tabular.Cells;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// The learned joint distribution of a table: draws rows of its schema, and adds to rows their log-density. It is safe to use from several
/// threads at once.
/// </summary>
/// <remarks>
/// <c>mlContext.Model.Save</c> and <c>Load</c> keep it, without anything being registered. Where its part of the file is damaged, foreign, or
/// from a newer version, a <see cref="FormatException"/> says so in one sentence; ML.NET wraps it, and
/// <see cref="Exception.GetBaseException"/> unwraps it.
/// </remarks>
/// <example>
/// <code>
/// IDataView rows = synthesizer.Sample(10_000, seed: 7);
/// ml.Model.Save(synthesizer, table.Schema, "synthesizer.zip");
/// var loaded = (Synthesizer)ml.Model.Load("synthesizer.zip", out _);
/// </code>
/// </example>
public sealed class Synthesizer : ITransformer, ICanSaveModel
{
    private readonly IHostEnvironment _environment;
    private readonly TableCodec _codec;
    private readonly ICellEvaluator _evaluator;

    /// <exception cref="InvalidDataException">What was learned does not fit the columns.</exception>
    internal Synthesizer(IHostEnvironment environment, SynthesizerFile file, int threads)
    {
        (_environment, File, _codec) = (environment, file, file.Codec);
        _evaluator = CellEngine.Create(file.Model.Shape, file.Model.Arrays, threads).Evaluator;
    }

    internal SynthesizerFile File { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>New rows, drawn block by block while they are read; every pass gives the same.</summary>
    /// <param name="rows">How many, 0 or more.</param>
    /// <param name="seed">The seed; null takes that of the <see cref="MLContext"/>, or a fresh one where it has none.</param>
    /// <returns>A table of the schema that was learned.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There cannot be that many rows.</exception>
    public IDataView Sample(long rows, int? seed = null)
    {
        if (rows < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} rows were asked for, but the number must be 0 or more.");
        return new SyntheticView(_codec, _evaluator, rows, Environments.Seed(_environment, seed));
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and the one that <see cref="Transform"/> adds.</summary>
    /// <param name="inputSchema">The schema of a table.</param>
    /// <returns>The schema that <see cref="Transform"/> gives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A learned column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Plan(inputSchema).Output;
    }

    /// <summary>
    /// Adds to a table the log-density of each row, a Single in nats: ln of the probability of its discrete values and of the density of its numbers
    /// in their units. It is exact. A row that holds a category that was not learned, or a number outside what was learned, cannot be drawn and
    /// has -infinity. Rows are scored batch by batch while they are read.
    /// </summary>
    /// <param name="input">A table with the columns that were learned.</param>
    /// <returns>The table with the column <see cref="SynthesizerOptions.LogDensityColumnName"/> added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A learned column is missing or of another type.</exception>
    /// <example><code>IDataView unusual = ml.Data.FilterRowsByColumn(synthesizer.Transform(table), "LogDensity", upperBound: -20);</code></example>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredView(input, Plan(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringRowMapper(Plan(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => SynthesizerRepository.Save(ctx, File);

    private DensityPlan Plan(DataViewSchema input) => new(input, _codec, _evaluator, File.LogDensityColumnName);
}
