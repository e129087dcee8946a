using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowClusteringTransformer), null, typeof(SignatureLoadModel),
    "Clustering by a normalizing variational flow", NormalizingVariationalFlowClusteringTransformer.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// A trained clustering: adds to each row its cluster, its score for each cluster and the probabilities of the clusters. A row with a missing
/// or infinite feature gets missing values (key 0, NaN, number 0).
/// </summary>
/// <example>
/// <code>
/// uint[] clusters = [.. model.Transform(table).GetColumn&lt;uint&gt;("PredictedLabel")];     // from 1
/// ml.Model.Save(model, table.Schema, "clusters.zip");
/// </code>
/// </example>
public sealed class NormalizingVariationalFlowClusteringTransformer : RowScoringTransformer
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    internal const string LoaderSignature = "NormVariationalCluster";

    private readonly ClusterColumns _columns;
    private readonly ClusterOutputs _outputs;

    internal NormalizingVariationalFlowClusteringTransformer(NormalizingVariationalFlowTransformer flow, ClusterColumns columns, ClusteringReport report)
        : base(new ModelHeader("NVF CLUS", LoaderSignature))
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

    /// <inheritdoc/>
    public override void Dispose() => Flow.Dispose();

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    internal static NormalizingVariationalFlowClusteringTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        var file = FlowFile.Read(context.Reader);
        var content = ClusteringContent.Read(context.Reader, file.Model.Shape.States);
        var flow = NormalizingVariationalFlowTransformer.Revive(environment, file);
        return new NormalizingVariationalFlowClusteringTransformer(flow, content.Columns, content.Report);
    }

    private protected override ScoringPlan Plan(DataViewSchema input) => Flow.Plan(input, scoreSet => _outputs.Create(_columns, scoreSet));

    private protected override void Write(BinaryWriter writer)
    {
        new FlowFile(Flow.Columns, Flow.Model).Write(writer);
        new ClusteringContent(_columns, Report).Write(writer);
    }
}
