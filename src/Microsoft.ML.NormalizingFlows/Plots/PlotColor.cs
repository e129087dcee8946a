namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// A colour of a plot. Those of <see cref="Group"/> can be told apart with every kind of colour vision: they are taken from the palettes of
/// Okabe and Ito (2008) and Tol (2021), and the first four are as far apart as any four.
/// </summary>
/// <example>
/// <code>
/// plot.Dots(data, PlotColor.Ink, "data").Dots(samples, PlotColor.Group(0), "samples");
/// </code>
/// </example>
public readonly record struct PlotColor
{
    private static readonly string[] Groups =
        ["#0072b2", "#e69f00", "#882255", "#56b4e9", "#009e73", "#332288", "#d55e00", "#cc79a7", "#ddcc77", "#5b6470"];

    private PlotColor(string hex) => Hex = hex;

    /// <summary>How many colours <see cref="Group"/> has before it starts anew.</summary>
    public static int GroupCount => Groups.Length;

    /// <summary>Nearly black.</summary>
    public static PlotColor Ink { get; } = new("#3b424a");

    /// <summary>Grey, for what stands in the background.</summary>
    public static PlotColor Grey { get; } = new("#a4abb3");

    /// <summary>The colour as <c>#rrggbb</c>.</summary>
    public string Hex { get; }

    /// <summary>The colour of a group, from 0; there are <see cref="GroupCount"/>, and then the first again.</summary>
    /// <param name="index">Which, 0 or more.</param>
    /// <returns>Its colour.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static PlotColor Group(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new PlotColor(Groups[index % Groups.Length]);
    }
}
