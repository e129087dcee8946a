using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Layers;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>Panels that a gradient passes through on its way back.</summary>
internal sealed class GradientRoom(int dimensions, int hidden)
{
    public AlignedArray Points { get; } = new(dimensions * Panel.Columns);

    public AlignedArray NextPoints { get; } = new(dimensions * Panel.Columns);

    public AlignedArray Hidden { get; } = new(hidden * Panel.Columns);
}

/// <summary>What all states share of a panel, and the sum over the states of the gradients that come back to it.</summary>
internal sealed class SharedGradient(FlowLayerTape tape, int dimensions, int hidden)
{
    public FlowLayerTape Tape { get; } = tape;

    /// <summary>By the mixed points, (D, columns).</summary>
    public AlignedArray Points { get; } = new(dimensions * Panel.Columns);

    /// <summary>By W0 x, (H, columns).</summary>
    public AlignedArray Hidden { get; } = new(hidden * Panel.Columns);

    public void Clear()
    {
        Points.Span.Clear();
        Hidden.Span.Clear();
    }
}
