using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Synthesis;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Rules;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// Learns the joint distribution of all columns of a table of mixed types. Made by
/// <see cref="NormalizingFlowsSynthesizerCatalog.Synthesizer(DataOperationsCatalog, SynthesizerOptions)"/>.
/// </summary>
/// <example><code>IDataView rows = ml.Data.Synthesizer().Fit(table).Sample(10_000, seed: 7);</code></example>
public sealed class SynthesizerEstimator : IEstimator<SynthesizerTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly SynthesizerOptions _options;

    internal SynthesizerEstimator(IHostEnvironment environment, SynthesizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options.Copy());
    }

    /// <summary>Learns a table: an <see cref="IDataView"/>, such as a DataFrame.</summary>
    /// <param name="input">Columns of numbers, Booleans, texts, keys (UInt32) and dates; hidden columns are left out.</param>
    /// <returns>What draws rows of the same schema.</returns>
    /// <exception cref="ArgumentException">A column is of another type, or a rule of the options does not fit the table.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two rows, a value is infinite, or a row breaks a rule of the options.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled, and nothing is to be kept, or there is nothing yet.</exception>
    public SynthesizerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _environment.Register("Synthesizer").Start("Training");
        if (FrameNulls.WarningOf(input) is string warning)
            channel.Warning(MessageSensitivity.Schema, warning);
        input = FrameNulls.AsMissing(input);
        int threads = _options.Threads ?? Environment.ProcessorCount;
        var codec = CodecFit.Of(
            input, ColumnRules.Apply(input.Schema, _options.Columns.AsReadOnly()), _options.Combinations,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = _options.Cancellation });
        ulong seed = Environments.Seed(_environment, _options.Seed);
        var rows = Encode(input, codec);
        var settings = new TreeSettings { Trees = _options.Trees, MinimumLeaf = _options.MinimumLeafRows }.For(rows.Count);
        channel.Info(MessageSensitivity.None, $"{rows.Count} rows of {codec.Codes.Count(code => code.Relation is null)} columns: {settings.Trees} trees of each but the first.");
        foreach (var code in codec.Codes)
        {
            if (code.Relation is { } relation)
                channel.Info(MessageSensitivity.Schema, $"Rows are learned by how they depart from {relation.Describe(codec.Columns, code.Column.Name)}{(relation.IsEquality ? ", where they keep it" : "")}.");
        }
        var model = TreeTraining.Run(codec.Codes, rows, settings, seed, threads, _options.Progress, _options.Cancellation, _options.WhenCancelled);
        return new SynthesizerTransformer(_environment, new SynthesizerFile(_options.LogDensityColumnName, codec, model), threads);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and the log-density that the synthesizer will add.</summary>
    /// <param name="inputSchema">The columns that there will be.</param>
    /// <returns>The columns that there will be after the synthesizer.</returns>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaShapes.With(inputSchema, [DensityPlan.Column(_options.LogDensityColumnName, scoreSet: 1)]);
    }

    private static CellRows Encode(IDataView input, TableCodec codec)
    {
        var rows = new CellRows(codec.Width, columns: 0);
        using var cursor = input.GetRowCursor(input.Schema.Where(column => !column.IsHidden));
        var encode = codec.Encoder(cursor, learns: false);
        while (cursor.MoveNext())
            encode(rows.Add());
        return rows;
    }
}
