namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>One thing that a plot shows.</summary>
/// <param name="Extent">The points that the axes must hold where the plot has no area of its own.</param>
/// <param name="Draw">Draws it on a panel.</param>
internal sealed record Layer(IReadOnlyList<(double X, double Y)> Extent, Action<Panel> Draw)
{
    /// <summary>What the legend calls it; null is not in the legend.</summary>
    public LegendEntry? Entry { get; init; }

    /// <summary>What its colours mean, of a heat map.</summary>
    public ColorScale? Scale { get; init; }
}

/// <summary>A line of the legend.</summary>
internal sealed record LegendEntry(string Name, PlotColor Color, LegendMark Mark);

/// <summary>How the legend shows a layer.</summary>
internal enum LegendMark
{
    Dot,
    Line,
    Dashes,
    Bar,
}
