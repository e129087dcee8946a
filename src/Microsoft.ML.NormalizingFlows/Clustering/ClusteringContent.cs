using System.Text.Json;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Clustering;

/// <summary>What a model file says of a clustering beside its flow.</summary>
internal sealed record ClusteringContent(ClusterColumns Columns, ClusteringReport Report)
{
    private static readonly SealedContent s_frame = new(mark: 0x43564E43, version: 1, "a clustering by a normalizing variational flow"); // "CNVC"

    public void Write(BinaryWriter writer) => s_frame.Write(writer, content => content.Write(JsonSerializer.Serialize(this)));

    /// <param name="reader">Behind the flow.</param>
    /// <param name="states">The latent states of the flow.</param>
    /// <exception cref="FormatException">The data are not a clustering of such a flow, are damaged, or come from a newer version.</exception>
    public static ClusteringContent Read(BinaryReader reader, int states) => s_frame.Read(reader, (content, _) => Parse(content.ReadString(), states));

    private static ClusteringContent Parse(string text, int states)
    {
        try
        {
            var content = JsonSerializer.Deserialize<ClusteringContent>(text);
            if (content is not { Columns: not null, Report: { Shares: not null, ClusterOfState: not null, UnusedStates: not null } report })
                throw new InvalidDataException("its clusters are missing");
            Ranges.Integer(nameof(NormalizingVariationalFlowClusteringOptions.NumberOfClusters), report.Shares.Count, 1, FlowLimits.States);
            if (report.ClusterOfState.Count != states || report.ClusterOfState.Any(cluster => cluster < 0 || cluster >= report.Shares.Count))
                throw new InvalidDataException($"its {report.Shares.Count} clusters do not fit {states} latent states");
            if (!report.Shares.All(share => share is >= 0 and <= 1) || report.UnusedStates.Any(state => state < 0 || state >= states) || report.Candidates?.Contains(null!) == true)
                throw new InvalidDataException("its shares of clusters, its unused states or the numbers that were tried are impossible");
            FlowColumns.CheckNames(content.Columns.PredictedLabel, content.Columns.Score, content.Columns.Probabilities, content.Columns.Number);
            return content;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its clusters cannot be read: {error.Message}", error);
        }
    }
}
