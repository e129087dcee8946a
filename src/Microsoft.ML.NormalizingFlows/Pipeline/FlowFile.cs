using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>All that is saved of a transformer: its columns and its flow.</summary>
internal sealed record FlowFile(FlowColumns Columns, FlowModel Model);
