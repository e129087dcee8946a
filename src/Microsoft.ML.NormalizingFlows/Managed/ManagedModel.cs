using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>A flow with its numbers: what evaluator and learner share.</summary>
internal sealed class ManagedModel<T> where T : unmanaged, ILanes<T>
{
    /// <exception cref="InvalidDataException">The arrays do not fit the architecture.</exception>
    public ManagedModel(FlowArchitecture architecture, IReadOnlyList<NamedArray> arrays)
    {
        Architecture = architecture;
        var byName = arrays.ToDictionary(array => array.Name);
        Standardization = new RowStandardization<T>(
            NamedArrays.Find(byName, ParameterNames.Shift, [architecture.Dimensions]).Values,
            NamedArrays.Find(byName, ParameterNames.Scale, [architecture.Dimensions]).Values);
        Flow = new ManagedFlow<T>(architecture);
        Values = Flow.CreateVectors();
        Load(byName);
    }

    public FlowArchitecture Architecture { get; }

    public RowStandardization<T> Standardization { get; }

    public ManagedFlow<T> Flow { get; }

    public FlowVectors Values { get; }

    public IReadOnlyList<NamedArray> Extract() => [.. Standardization.Extract(), .. Flow.Map.Extract(Values.Learned)];

    public void Load(IReadOnlyDictionary<string, NamedArray> arrays)
    {
        Flow.Map.Load(arrays, Values.Learned);
        Flow.Derive(Values);
    }
}
