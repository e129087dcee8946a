using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>The colours of groups can be told apart with every kind of colour vision, and those of a heat map are even steps.</summary>
public sealed class FlowThemeTests
{
    /// <summary>What is seen of linear RGB by those who lack a kind of cone (Machado, Oliveira and Fernandes 2009, severity 1).</summary>
    public static TheoryData<string, double[]> Visions => new()
    {
        { "usual", [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "protan", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998] },
        { "deutan", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881] },
        { "tritan", [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900] },
    };

    [Theory]
    [MemberData(nameof(Visions))]
    public void No_two_look_alike(string vision, double[] seen)
    {
        // In OKLab 0.02 is a difference that is just noticed, and black and white are 1 apart.
        Assert.True(Minimum(4, seen) > 0.14, vision);
        Assert.True(Minimum(FlowTheme.Palette.Colors.Length, seen) > 0.06, vision);
    }

    [Fact]
    public void After_the_last_comes_the_first()
    {
        Assert.Equal(FlowTheme.Group(0), FlowTheme.Group(FlowTheme.Palette.Colors.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => FlowTheme.Group(-1));
    }

    [Theory]
    [MemberData(nameof(Visions))]
    public void Equal_steps_of_a_heat_map_look_equal(string vision, double[] seen)
    {
        double[] lightness = [.. Enumerable.Range(0, 21).Select(i => OKLab(Apply(seen, Linear(FlowTheme.Colormap.GetColor(i / 20.0))))[0])];
        Assert.True(lightness[0] > 0.99, vision);
        double[] steps = [.. lightness.Zip(lightness.Skip(1), (light, dark) => light - dark)];
        // Darker with every step; with usual colour vision, and so in grey, by equally much.
        double allowed = vision == "usual" ? 0.006 : 0.025;
        Assert.All(steps, step => Assert.InRange(step, 0.036 - allowed, 0.036 + allowed));
    }

    [Fact]
    public void A_plot_of_the_user_is_given_the_look()
    {
        var plot = new Plot();
        FlowTheme.Apply(plot);
        Assert.Equal(FlowTheme.FontName, plot.Axes.Left.TickLabelStyle.FontName);
        Assert.Equal(FlowTheme.Group(0), plot.Add.GetNextColor());
        Plot made = FlowTheme.NewPlot("title", "x in m", "y in s", "subtitle");
        Assert.Equal(("title", "x in m", "y in s"), (made.Axes.Title.Label.Text, made.Axes.Bottom.Label.Text, made.Axes.Left.Label.Text));
        Assert.Contains(made.Axes.GetPanels().OfType<ScottPlot.Panels.TitlePanel>(), panel => panel.Label.Text == "subtitle");
    }

    private static double Minimum(int colors, double[] seen)
    {
        double[][] points = [.. Enumerable.Range(0, colors).Select(i => OKLab(Apply(seen, Linear(FlowTheme.Group(i)))))];
        return Enumerable.Range(0, colors).SelectMany(i => Enumerable.Range(0, i).Select(j => Distance(points[i], points[j]))).Min();
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));

    private static double[] Linear(Color color) => [.. new[] { color.R, color.G, color.B }.Select(value =>
    {
        double coded = value / 255.0;
        return coded <= 0.04045 ? coded / 12.92 : Math.Pow((coded + 0.055) / 1.055, 2.4);
    })];

    private static double[] Apply(double[] matrix, double[] v) => [.. Enumerable.Range(0, 3).Select(i => Math.Clamp(matrix[3 * i] * v[0] + matrix[3 * i + 1] * v[1] + matrix[3 * i + 2] * v[2], 0, 1))];

    private static double[] OKLab(double[] rgb)
    {
        double l = Math.Cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
        double m = Math.Cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
        double s = Math.Cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);
        return
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ];
    }
}
