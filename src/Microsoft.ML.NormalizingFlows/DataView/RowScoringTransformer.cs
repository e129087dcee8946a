using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// What all transformers of this package are: a trained model that adds columns to a table, computed batch by batch while the table is read,
/// on any thread. <see cref="Dispose"/> frees the memory of the model; what was read before stays.
/// </summary>
/// <remarks>
/// <c>mlContext.Model.Save</c> and <c>Load</c> keep it, without anything being registered. Where its part of the file is damaged, foreign, or
/// from a newer version, a <see cref="FormatException"/> says so in one sentence; ML.NET wraps it, and
/// <see cref="Exception.GetBaseException"/> unwraps it. A zip file that is cut off is refused by ML.NET itself.
/// </remarks>
/// <example>
/// <code>
/// using RowScoringTransformer model = trainer.Fit(table);
/// IDataView scored = model.Transform(other);
/// ml.Model.Save(model, table.Schema, "model.zip");
/// </code>
/// </example>
[SuppressMessage("Design", "CA1063:Implement IDisposable correctly", Justification = "Only this assembly can derive from it, and nothing has a finalizer.")]
public abstract class RowScoringTransformer : ITransformer, ICanSaveModel, IDisposable
{
    private readonly ModelHeader _header;

    private protected RowScoringTransformer(ModelHeader header) => _header = header;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The columns of <paramref name="inputSchema"/> and those that this transformer adds, with their annotations.</summary>
    /// <param name="inputSchema">The schema of a table.</param>
    /// <returns>The schema that <see cref="Transform"/> gives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column that is read is missing, of a wrong type, or of another size than in training.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Plan(inputSchema).Output;
    }

    /// <summary>
    /// Adds the columns to a table. Nothing is read or computed before the result is; then only what the active columns need.
    /// </summary>
    /// <param name="input">A table with the columns that the model was trained on.</param>
    /// <returns>The table with the columns added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column that is read is missing, of a wrong type, or of another size than in training.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        input = FrameNulls.AsMissing(input);
        return new ScoredView(input, Plan(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringRowMapper(Plan(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        _header.Write(ctx);
        Write(ctx.Writer);
    }

    /// <summary>Frees the memory of the model; scoring and sampling throw from now on, saving still works.</summary>
    public abstract void Dispose();

    /// <summary>What is added to a table of a schema.</summary>
    private protected abstract ScoringPlan Plan(DataViewSchema input);

    /// <summary>Writes all that is saved, behind the header.</summary>
    private protected abstract void Write(BinaryWriter writer);
}
