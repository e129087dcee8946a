using Microsoft.ML.NormalizingFlows.Compiled.Lanes;
using Microsoft.ML.NormalizingFlows.Compiled.Layout;
using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Compiled;

/// <summary>A flow with its numbers: what evaluator and learner share.</summary>
internal sealed class CompiledModel<T> where T : unmanaged, ILanes<T>
{
    /// <exception cref="InvalidDataException">The arrays do not fit the architecture.</exception>
    public CompiledModel(FlowArchitecture architecture, IReadOnlyList<NamedArray> arrays)
    {
        Architecture = architecture;
        var byName = arrays.ToDictionary(array => array.Name);
        Standardization = new RowStandardization<T>(
            NamedArrays.Find(byName, FlowArrays.Shift, [architecture.Dimensions]).Values,
            NamedArrays.Find(byName, FlowArrays.Scale, [architecture.Dimensions]).Values);
        Flow = new CompiledFlow<T>(architecture);
        Values = Flow.CreateVectors();
        Load(byName);
    }

    public FlowArchitecture Architecture { get; }

    public RowStandardization<T> Standardization { get; }

    public CompiledFlow<T> Flow { get; }

    public FlowVectors Values { get; }

    public IReadOnlyList<NamedArray> Extract() => [.. Standardization.Extract(), .. Flow.Map.Extract(Values.Learned)];

    public void Load(IReadOnlyDictionary<string, NamedArray> arrays)
    {
        Flow.Map.Load(arrays, Values.Learned);
        Flow.Derive(Values);
    }
}
