using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(NormalizingVariationalFlowClusteringTransformer), typeof(ClusteringRepository), null, typeof(SignatureLoadModel),
    "Clustering by a normalizing variational flow", ClusteringRepository.LoaderSignature)]

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>The place of a clustering in the zip file that <c>mlContext.Model.Save</c> writes: its flow, then its clusters.</summary>
internal static class ClusteringRepository
{
    /// <summary>The name that a model file gives to its loader; it never changes.</summary>
    public const string LoaderSignature = "NormVariationalCluster";

    public static void Save(ModelSaveContext context, NormalizingVariationalFlowTransformer flow, ClusteringContent content)
    {
        ModelHeader.Write(context, "NVF CLUS", LoaderSignature);
        new FlowFile(flow.Columns, flow.Model).Write(context.Writer);
        content.Write(context.Writer);
    }

    /// <summary>Called by ML.NET, which finds it by name.</summary>
    public static NormalizingVariationalFlowClusteringTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        var flow = new NormalizingVariationalFlowTransformer(environment, FlowFile.Read(context.Reader));
        var content = ClusteringContent.Read(context.Reader, flow.LatentStates);
        flow.CheckModel();
        return new NormalizingVariationalFlowClusteringTransformer(flow, content.Columns, content.Report);
    }
}
