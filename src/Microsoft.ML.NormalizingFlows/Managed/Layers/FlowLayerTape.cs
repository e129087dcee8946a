using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>What a <see cref="FlowLayer{T}"/> computes on the way forward and needs on the way back, for one panel.</summary>
internal sealed class FlowLayerTape(int dimensions, int lanes, ConditionerTape conditioner)
{
    /// <summary>The points behind the linear map: those that pass, then those that are mapped.</summary>
    public AlignedArray Mixed { get; } = new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns);

    /// <summary>The points behind the layer.</summary>
    public AlignedArray Output { get; } = new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns);

    public ConditionerTape Conditioner { get; } = conditioner;

    public long Length => Mixed.Length + Output.Length + Conditioner.Length;
}
