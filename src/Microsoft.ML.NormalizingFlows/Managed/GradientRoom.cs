using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>Panels that a gradient passes through on its way back.</summary>
internal sealed class GradientRoom(int dimensions, int hidden)
{
    public AlignedArray Points { get; } = new(dimensions * Panel.Columns);

    public AlignedArray NextPoints { get; } = new(dimensions * Panel.Columns);

    public AlignedArray Hidden { get; } = new(hidden * Panel.Columns);
}
