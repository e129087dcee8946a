using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.DataView;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// A trained clustering: adds to each row its cluster, its score for each cluster and the probabilities of the clusters. Scores are
/// computed batch by batch while a table is read, on any thread. <c>mlContext.Model.Save</c> and <c>Load</c> keep it, without anything
/// being registered.
/// </summary>
/// <example>
/// <code>
/// uint[] clusters = [.. model.Transform(table).GetColumn&lt;uint&gt;("PredictedLabel")];     // from 1
/// ml.Model.Save(model, table.Schema, "clusters.zip");
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowClusteringTransformer : ITransformer, ICanSaveModel, IDisposable
{
    private readonly ClusterColumns _columns;
    private readonly ClusterOutputs _outputs;

    internal NormalizingVariationalFlowClusteringTransformer(NormalizingVariationalFlowTransformer flow, ClusterColumns columns, ClusteringReport report)
    {
        Flow = flow;
        Report = report;
        _columns = columns;
        _outputs = new ClusterOutputs([.. report.ClusterOfState], report.Shares.Count);
    }

    /// <summary>The flow behind the clusters, which adds log-densities and draws new rows; disposed of with the clustering.</summary>
    public NormalizingVariationalFlowTransformer Flow { get; }

    /// <summary>What came out of the clustering; that of the training is in <see cref="Flow"/>.</summary>
    public ClusteringReport Report { get; }

    /// <summary>K, the number of clusters.</summary>
    public int NumberOfClusters => Report.Shares.Count;

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
    /// A row with a missing or infinite feature gets missing values (key 0, NaN, number 0).
    /// </summary>
    /// <param name="input">A table with the feature column that the clusters were found in.</param>
    /// <returns>The table with the columns added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of a wrong type, or of another size than in training.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
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

    void ICanSaveModel.Save(ModelSaveContext ctx) => ClusteringRepository.Save(ctx, Flow, new ClusteringContent(_columns, Report));

    /// <summary>Frees the memory of the flow; scoring throws from now on, saving still works.</summary>
    public void Dispose() => Flow.Dispose();

    private ScoringPlan Plan(DataViewSchema input) => Flow.Plan(input, scoreSet => _outputs.Create(_columns, scoreSet));
}
