using Microsoft.ML.NormalizingFlows.Plots.Ticks;
using ScottPlot;
using ScottPlot.AutoScalers;
using ScottPlot.AxisPanels;
using ScottPlot.Panels;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// The look that all pictures of this library share: font, colours, axes, legend. <see cref="NewPlot"/> makes a plot that has it,
/// <see cref="Apply(Plot)"/> gives it to one of yours.
/// </summary>
/// <example>
/// <code>
/// Plot plot = FlowTheme.NewPlot("Sine", "t in s", "sin t");
/// plot.Add.Curve(Enumerable.Range(0, 100).Select(i => (i / 10.0, Math.Sin(i / 10.0))), FlowTheme.Group(0), "sin t");
/// new PlotGrid("One curve").Add(plot).Save("sine.svg");
/// </code>
/// </example>
public static class FlowTheme
{
    internal const float TitleSize = 19, SubtitleSize = 13, PlotTitleSize = 14, LabelSize = 12, TickSize = 11;

    private const string FirstFont = "DejaVu Sans";

    /// <summary>What a reader's system may have where it lacks the font that was measured; Verdana is as wide as DejaVu Sans.</summary>
    private static readonly string[] s_fonts =
        [FirstFont, "Verdana", "Segoe UI", "Helvetica Neue", "Helvetica", "Arial", "Liberation Sans", "Noto Sans", "Open Sans", "Roboto"];

    /// <summary>
    /// Ten colours that can be told apart with every kind of colour vision: they are taken from the palettes of Okabe and Ito (2008) and Tol
    /// (2021), and the first four are as far apart as any four.
    /// </summary>
    public static IPalette Palette { get; } = new ScottPlot.Palettes.Custom(
        ["#0072b2", "#e69f00", "#882255", "#56b4e9", "#009e73", "#332288", "#d55e00", "#cc79a7", "#ddcc77", "#5b6470"],
        "Normalizing flows", "After Okabe and Ito (2008) and Tol (2021)");

    /// <summary>The colours of a heat map, from white to deep blue; lightness falls evenly along them.</summary>
    public static IColormap Colormap { get; } = new DensityColormap();

    /// <summary>Nearly black, for dots of data.</summary>
    public static Color Ink { get; } = Color.FromHex("#3b424a");

    /// <summary>Grey, for what stands in the background.</summary>
    public static Color Grey { get; } = Color.FromHex("#a4abb3");

    /// <summary>The sans-serif font of all text: one that the system has; where it has none, pictures have no text.</summary>
    public static string FontName { get; } = s_fonts.FirstOrDefault(
        SKFontManager.Default.FontFamilies.ToHashSet(StringComparer.OrdinalIgnoreCase).Contains, Fonts.Default);

    /// <summary>The font and those that stand in for it elsewhere, as style sheets list them.</summary>
    internal static string FontFamily { get; } = string.Join(", ", new[] { FontName, FirstFont, "Verdana", "Helvetica", "Arial", "sans-serif" }.Where(name => name.Length > 0).Distinct());

    internal static Color Text { get; } = Color.FromHex("#22262b");

    internal static Color FaintText { get; } = Color.FromHex("#59616a");

    private static Color Frame { get; } = Color.FromHex("#8b929a");

    private static Color Line { get; } = Color.FromHex("#e9ecef");

    /// <summary>The colour of a group, from 0; after the last of the <see cref="Palette"/> comes the first again.</summary>
    /// <param name="index">Which, 0 or more.</param>
    /// <returns>Its colour.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static Color Group(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Palette.GetColor(index);
    }

    /// <summary>A plot with nothing in it that has the look.</summary>
    /// <param name="title">The line above; empty leaves it out.</param>
    /// <param name="labelX">What stands below the axis, with the unit; empty leaves it out.</param>
    /// <param name="labelY">What stands beside the axis, with the unit; empty leaves it out.</param>
    /// <param name="subtitle">A smaller line below the title; empty leaves it out.</param>
    /// <returns>The plot.</returns>
    public static Plot NewPlot(string title = "", string labelX = "", string labelY = "", string subtitle = "")
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(labelX);
        ArgumentNullException.ThrowIfNull(labelY);
        ArgumentNullException.ThrowIfNull(subtitle);
        var plot = new Plot();
        if (subtitle.Length > 0)
            plot.Axes.AddPanel(Subtitle(plot, subtitle));
        Apply(plot);
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Bottom.Label.Text = labelX;
        plot.Axes.Left.Label.Text = labelY;
        return plot;
    }

    /// <summary>Gives a plot the look: of its axes, its title, its legend, and the colours of what is added from then on.</summary>
    /// <param name="plot">The plot.</param>
    public static void Apply(Plot plot)
    {
        ArgumentNullException.ThrowIfNull(plot);
        plot.Add.Palette = Palette;
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Grid.MajorLineColor = Line;
        plot.Axes.AutoScaler = new FractionalAutoScaler(0.04, 0.04, 0.04, 0.04);
        foreach (IAxis axis in plot.Axes.GetAxes())
            Apply(axis);
        // Numbers stand at two sides alone; the others need no room.
        foreach (var axis in new[] { plot.Axes.Top, (IAxis)plot.Axes.Right })
            axis.MinimumSize = axis.MaximumSize = 8;
        Apply(plot.Axes.Title.Label, PlotTitleSize, Text, bold: true);
        plot.Axes.Title.VerticalPadding = 6;
        StandLeft(plot, plot.Axes.Title);
        Apply(plot.Legend);
        // It stands above the plots, where it covers nothing.
        plot.Legend.IsVisible = false;
    }

    internal static void Apply(LabelStyle label, float size, Color color, bool bold = false)
    {
        label.FontName = FontName;
        label.Font = null;
        label.FontSize = size;
        label.Bold = bold;
        label.ForeColor = color;
    }

    internal static void Apply(Legend legend)
    {
        legend.FontName = FontName;
        legend.FontSize = SubtitleSize;
        legend.FontColor = Text;
        legend.OutlineWidth = 0;
        legend.ShadowColor = Colors.Transparent;
        legend.BackgroundColor = Colors.White.WithAlpha(0.8);
    }

    internal static void Apply(IAxis axis)
    {
        Apply(axis.Label, LabelSize, Text);
        Apply(axis.TickLabelStyle, TickSize, Text);
        axis.FrameLineStyle.Color = axis.MajorTickStyle.Color = Frame;
        axis.MinorTickStyle.Length = 0;
        if (axis is AxisBase sides)
            sides.EmptyLabelPadding = new PixelPadding(3, 3);
        // ScottPlot's own place is a little above the middle of the tick.
        if (axis is IYAxis)
            axis.TickLabelStyle.OffsetY = 1.5f;
        if (axis.TickGenerator is NumericAutomatic)
            axis.TickGenerator = new NumberTicks();
    }

    private static TitlePanel Subtitle(Plot plot, string text)
    {
        var panel = new TitlePanel { VerticalPadding = 4 };
        Apply(panel.Label, LabelSize, FaintText);
        panel.Label.Text = text;
        StandLeft(plot, panel);
        return panel;
    }

    /// <summary>Above the left axis, where reading begins; ScottPlot centres what stands above.</summary>
    private static void StandLeft(Plot plot, TitlePanel title)
    {
        title.Label.Alignment = Alignment.LowerLeft;
        plot.RenderManager.RenderStarting += (_, pack) => title.Label.OffsetX = -pack.DataRect.Width / 2;
    }
}
