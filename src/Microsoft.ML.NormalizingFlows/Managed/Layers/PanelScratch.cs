using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>Room that one thread's panels share, none of it kept from one call to the next.</summary>
/// <param name="hidden">Rows of the widest hidden panel, in whole registers.</param>
/// <param name="dimensions">Rows of a panel of points, in whole registers.</param>
/// <param name="width">The longest row that is transposed, in whole registers.</param>
/// <param name="map">What the map needs.</param>
internal sealed class PanelScratch(int hidden, int dimensions, int width, int map)
{
    private readonly AlignedArray _hidden = new(hidden * Panel.Columns);
    private readonly AlignedArray _delta = new(hidden * Panel.Columns);
    private readonly AlignedArray _activated = new(hidden * Panel.Columns);
    private readonly AlignedArray _points = new(dimensions * Panel.Columns);
    private readonly AlignedArray _rows = new(width * Panel.Columns);
    private readonly AlignedArray _map = new(map);

    public Span<float> Hidden => _hidden.Span;

    public Span<float> Delta => _delta.Span;

    public Span<float> Activated => _activated.Span;

    public Span<float> Points => _points.Span;

    /// <summary>As many rows of any matrix as a panel has columns.</summary>
    public Span<float> Rows => _rows.Span;

    public Span<float> Map => _map.Span;
}
