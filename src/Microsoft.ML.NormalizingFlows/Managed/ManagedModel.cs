using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>A flow with its numbers: what evaluator and learner share.</summary>
internal sealed class ManagedModel<T> where T : unmanaged, ILanes<T>
{
    /// <param name="spec">What the flow is.</param>
    /// <param name="arrays">Its values.</param>
    /// <param name="dropout">Share of hidden units to drop while training.</param>
    /// <exception cref="InvalidDataException">The arrays do not fit the flow.</exception>
    public ManagedModel(FlowSpec spec, IReadOnlyList<NamedArray> arrays, double dropout = 0)
    {
        Spec = spec;
        var byName = arrays.ToDictionary(array => array.Name);
        Standardization = new RowStandardization<T>(
            NamedArrays.Find(byName, ParameterNames.Shift, [spec.RowWidth]).Values,
            NamedArrays.Find(byName, ParameterNames.Scale, [spec.RowWidth]).Values,
            spec.Dimensions);
        Flow = new ManagedFlow<T>(spec, dropout);
        Values = Flow.CreateVectors();
        Load(byName);
    }

    public FlowSpec Spec { get; }

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
