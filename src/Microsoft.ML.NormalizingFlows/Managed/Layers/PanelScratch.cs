using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>Room that one thread's panels share, none of it kept from one call to the next.</summary>
/// <param name="hidden">Rows of the widest hidden panel, in whole registers.</param>
/// <param name="dimensions">Rows of a panel of points, in whole registers.</param>
/// <param name="width">The longest row that is transposed, in whole registers.</param>
/// <param name="map">What the map needs.</param>
/// <param name="rank">The greatest rank of a linear map of low rank; 0 for none.</param>
internal sealed class PanelScratch(int hidden, int dimensions, int width, int map, int rank)
{
    private readonly AlignedArray _hidden = new(hidden * Panel.Columns);
    private readonly AlignedArray _delta = new(hidden * Panel.Columns);
    private readonly AlignedArray _activated = new(hidden * Panel.Columns);
    private readonly AlignedArray _points = new(dimensions * Panel.Columns);
    private readonly AlignedArray _rows = new(width * Panel.Columns);
    private readonly AlignedArray _map = new(map);
    private readonly AlignedArray _mixed = new(rank * Panel.Columns);
    private readonly AlignedArray _mixedGradient = new(rank * Panel.Columns);

    public Span<float> Hidden => _hidden.Span;

    public Span<float> Delta => _delta.Span;

    public Span<float> Activated => _activated.Span;

    public Span<float> Points => _points.Span;

    /// <summary>As many rows of any matrix as a panel has columns.</summary>
    public Span<float> Rows => _rows.Span;

    public Span<float> Map => _map.Span;

    /// <summary>The features that a linear map of low rank mixes.</summary>
    public Span<float> Mixed => _mixed.Span;

    public Span<float> MixedGradient => _mixedGradient.Span;
}
