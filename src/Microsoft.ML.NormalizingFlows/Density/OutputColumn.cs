using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Makes the getter, a <see cref="ValueGetter{TValue}"/>, of an added column; <paramref name="row"/> gives the place of the current row in the batch.</summary>
internal delegate Delegate OutputGetter(BatchScorer scorer, Func<int> row);

/// <summary>One column that a flow adds to a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Annotations">What is said of it.</param>
/// <param name="Needs">What the evaluator must compute for it.</param>
/// <param name="Getter">Gives its values.</param>
internal sealed record OutputColumn(string Name, DataViewType Type, DataViewSchema.Annotations? Annotations, FlowOutputs Needs, OutputGetter Getter)
    : AddedColumn(Name, Type, Annotations)
{
    /// <summary>Writes its values as ONNX; null where that is not possible.</summary>
    public Func<ScoreWriter, OnnxValue>? Onnx { get; init; }
}
