using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Persistence;

/// <summary>All that is saved of a transformer: its columns and its flow.</summary>
internal sealed record FlowFile(FlowColumns Columns, FlowModel Model);
