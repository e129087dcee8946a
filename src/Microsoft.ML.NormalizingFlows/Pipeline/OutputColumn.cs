using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>One column that a flow adds to a table.</summary>
internal sealed record OutputColumn(OutputKind Kind, string Name, DataViewType Type, DataViewSchema.Annotations Annotations)
{
    /// <summary>What the evaluator must compute for this column.</summary>
    public FlowOutputs Needs => Kind switch
    {
        OutputKind.LogDensity => FlowOutputs.LogDensity,
        OutputKind.BaseVector => FlowOutputs.BaseVector,
        OutputKind.PruningBound => FlowOutputs.PruningBound,
        _ => FlowOutputs.Posterior,
    };
}
