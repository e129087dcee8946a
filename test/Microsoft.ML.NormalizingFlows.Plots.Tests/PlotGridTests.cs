using System.Buffers.Binary;
using System.Globalization;
using System.Xml.Linq;
using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>Plots stand in line, nothing covers anything, and files are what their names say.</summary>
public sealed class PlotGridTests
{
    [Fact]
    public void Data_areas_have_the_size_that_was_asked_for_and_stand_in_line()
    {
        var grid = new PlotGrid("Four plots", "of which one has wide numbers, and one a scale") { PlotWidth = 200, PlotHeight = 120 };
        grid.Add(With(1e-3), 0, 0).Add(With(1), 0, 1).Add(With(123_456), 1, 0).Add(With(1), 1, 1);
        grid[0, 1].Add.Scale(grid[0, 1].Add.Heat(new CoordinateRect(0, 1, 0, 1), 2, 2, [0, 1, 2, 3], 0, 3), "a scale");
        PixelRect[] areas = Areas(grid);
        Assert.All(areas, area => Assert.Equal(200, area.Width, 0.6));
        Assert.All(areas, area => Assert.Equal(120, area.Height, 0.6));
        Assert.Equal(areas[0].Left, areas[2].Left, 3);
        Assert.Equal(areas[1].Right, areas[3].Right, 3);
        Assert.Equal(areas[0].Top, areas[1].Top, 3);
        Assert.Equal(areas[2].Bottom, areas[3].Bottom, 3);
        Assert.True(areas[1].Left - areas[0].Right > 20 && areas[2].Top - areas[0].Bottom > 20);
    }

    [Fact]
    public void It_fills_whatever_size_ScottPlot_asks_for()
    {
        var grid = new PlotGrid("A").Add(With(1)).Add(With(1), column: 1);
        using ScottPlot.Image image = ((IMultiplot)grid).Render(900, 500);
        Assert.Equal((900, 500), (image.Width, image.Height));
        Assert.True(grid[0, 1].RenderManager.LastRender.DataRect.Right > 860);
        Assert.True(grid[0, 0].RenderManager.LastRender.DataRect.Bottom > 440);
    }

    [Fact]
    public void The_legend_has_each_name_once_and_covers_no_plot()
    {
        var grid = new PlotGrid("A") { PlotWidth = 150 }.Add(FlowTheme.NewPlot()).Add(FlowTheme.NewPlot(), column: 1);
        foreach (int column in new[] { 0, 1 })
        {
            for (int i = 0; i < 6; i++)
                grid[0, column].Add.Dots([(i, i)], FlowTheme.Group(i), $"a group with a long name, {i}");
        }
        XElement[] names = [.. grid.Svg().Descendants().Where(element => element.Value.StartsWith("a group", StringComparison.Ordinal) && element.Name.LocalName == "text")];
        Assert.Equal(6, names.Length);
        double top = Areas(grid).Min(area => area.Top);
        Assert.All(names, name => Assert.True(Place(name).Y < top));
        // More than there is room for beside one another.
        Assert.True(names.Select(name => Place(name).Y).Distinct().Count() > 1);
        grid.ShowLegend = false;
        Assert.DoesNotContain(grid.Texts(), text => text.StartsWith("a group", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.00035)]
    [InlineData(7)]
    [InlineData(350_000)]
    public void Numbers_beside_an_axis_do_not_overlap(double end)
    {
        var grid = new PlotGrid { PlotWidth = 120, PlotHeight = 100 }.Add(FlowTheme.NewPlot());
        grid[0, 0].Axes.SetLimits(0, end, 0, end);
        XElement[] texts = [.. grid.Svg().Descendants().Where(element => element.Name.LocalName == "text")];
        PixelRect area = Areas(grid)[0];
        var below = texts.Where(text => Place(text).Y > area.Bottom + 8).Select(text => (Place(text).X, Width: Length(text))).OrderBy(text => text.X).ToArray();
        var beside = texts.Where(text => Place(text).X < area.Left && Place(text).Y <= area.Bottom + 4).Select(text => Place(text).Y).Order().ToArray();
        Assert.True(below.Length >= 2 && beside.Length >= 2);
        Assert.All(below.Zip(below.Skip(1)), pair => Assert.True(pair.Second.X > pair.First.X + pair.First.Width + 5));
        Assert.All(beside.Zip(beside.Skip(1)), pair => Assert.True(pair.Second - pair.First > 11));
    }

    [Fact]
    public void Names_are_turned_where_they_are_long_and_then_have_room()
    {
        Assert.DoesNotContain("matrix", Named("no", "yes").ToSvg());
        PlotGrid turned = Named("a long name", "another one", "a third long name", "and a fourth");
        Assert.Contains("a long name", turned.Texts());
        Assert.NotEqual(0, turned[0, 0].Axes.Bottom.TickLabelStyle.Rotation);
        PixelRect area = Areas(turned)[0];
        // About 50 pixels along the diagonal.
        Assert.True(turned.Measure().Height - area.Bottom > 55);

        static PlotGrid Named(params string[] names)
        {
            Plot plot = FlowTheme.NewPlot();
            plot.Axes.Bottom.ShowNames(names);
            plot.Axes.SetLimitsY(0, 1);
            return new PlotGrid("A").Add(plot);
        }
    }

    [Fact]
    public void A_saved_svg_stands_on_its_own()
    {
        Plot plot = With(1);
        plot.Title("\u0001 & <p>");
        var grid = new PlotGrid("a < b", "\u20ac & \u03bc").Add(plot);
        plot.Add.Heat(new CoordinateRect(0, 1, 0, 1), 2, 2, [0, 1, 2, 3], 0, 3);
        plot.Add.Dots([(0.5, 0.5), (double.NaN, 1)], FlowTheme.Ink);
        string text = InFolder(folder =>
        {
            grid.Save(Path.Combine(folder, "a.svg"));
            return File.ReadAllText(Path.Combine(folder, "a.svg"));
        });
        Assert.Equal(grid.ToSvg(), text);
        XElement svg = XElement.Parse(text);
        var (width, height) = grid.Measure();
        Assert.Equal($"0 0 {width} {height}", svg.Attribute("viewBox")!.Value);
        Assert.Contains("sans-serif", svg.Attribute("font-family")!.Value);
        Assert.Equal("a < b", svg.Elements().First().Value);
        Assert.Contains(grid.Texts(), shown => shown.EndsWith("& <p>", StringComparison.Ordinal));
        Assert.DoesNotContain("http", text.Replace("http://www.w3.org/2000/svg", ""));
        Assert.DoesNotContain("NaN", text);
        // A dot is a line without length.
        Assert.Single(svg.Descendants(), element => element.Attribute("d")?.Value.EndsWith("h0", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Two_pictures_on_a_page_have_no_id_in_common()
    {
        string[][] ids = [.. new[] { 1.0, 2 }.Select(end => new PlotGrid("A").Add(With(end)).Svg().Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>().ToArray())];
        Assert.NotEmpty(ids[0]);
        Assert.Empty(ids[0].Intersect(ids[1]));
    }

    [Fact]
    public void A_saved_png_has_twice_as_many_pixels()
    {
        var grid = new PlotGrid("A").Add(With(1));
        grid[0, 0].Add.Dots([(0.5, 0.5)], FlowTheme.Group(2), size: 40);
        grid[0, 0].HideGrid();
        byte[] png = InFolder(folder =>
        {
            grid.Save(Path.Combine(folder, "a.PNG"));
            return File.ReadAllBytes(Path.Combine(folder, "a.PNG"));
        });
        var (width, height) = grid.Measure();
        Assert.Equal("\u0089PNG", string.Concat(png[..4].Select(value => (char)value)));
        Assert.Equal(2 * width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(2 * height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        using SKBitmap bitmap = SKBitmap.Decode(png);
        Pixel middle = Areas(grid)[0].Center;
        Color blended = FlowTheme.Group(2);
        SKColor drawn = bitmap.GetPixel((int)(2 * middle.X), (int)(2 * middle.Y));
        Assert.InRange(drawn.Red, 0.75 * blended.R + 0.25 * 255 - 2, 0.75 * blended.R + 0.25 * 255 + 2);
        Assert.InRange(drawn.Green, 0.75 * blended.G + 0.25 * 255 - 2, 0.75 * blended.G + 0.25 * 255 + 2);
        Assert.Equal(SKColors.White, bitmap.GetPixel(1, 1));
    }

    [Fact]
    public void What_cannot_be_saved_says_why()
    {
        var grid = new PlotGrid("A").Add(With(1));
        InFolder(folder =>
        {
            Assert.Contains("is a folder", Assert.Throws<IOException>(() => grid.Save(Directory.CreateDirectory(Path.Combine(folder, "a.svg")).FullName)).Message);
            Assert.Contains("does not exist: create it", Assert.Throws<DirectoryNotFoundException>(() => grid.Save(Path.Combine(folder, "absent", "a.svg"))).Message);
            return 0;
        });
        Assert.Contains("ends with '.gif', but a picture is saved as .svg or .png", Assert.Throws<ArgumentException>(() => grid.Save("a.gif")).Message);
        Assert.Contains("has no plot", Assert.Throws<InvalidOperationException>(() => new PlotGrid("A").ToSvg()).Message);
        Assert.Contains("row 0, column 0 already", Assert.Throws<ArgumentException>(() => grid.Add(With(1))).Message);
        Assert.Contains("no plot at row 1, column 0", Assert.Throws<ArgumentException>(() => grid[1, 0]).Message);
    }

    [Fact]
    public void A_curve_has_a_gap_where_a_point_is_not_finite()
    {
        Plot plot = FlowTheme.NewPlot();
        Scatter curve = plot.Add.Curve([(0, 0), (1, 1), (2, double.NaN), (3, 1), (4, double.PositiveInfinity), (5, 0), (6, 1)], FlowTheme.Ink);
        plot.Axes.SetLimits(0, 6, -1, 2);
        XElement path = Assert.Single(new PlotGrid { ShowLegend = false }.Add(plot).Svg().Descendants(), element => element.Attribute("stroke-width")?.Value == "2");
        // Two pieces of two points; the one between them is a point alone.
        Assert.InRange(path.Attribute("d")!.Value.Count(letter => letter == 'M'), 2, 3);
        Assert.Equal(7, curve.Data.GetScatterPoints().Count);
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_named()
    {
        Plot plot = FlowTheme.NewPlot();
        Assert.Contains("2 bars have 3 edges, not 2", Assert.Throws<ArgumentException>(() => plot.Add.Histogram([0, 1], [1, 2], FlowTheme.Ink)).Message);
        Assert.Contains("2 x 2 cells take as many values, not 3", Assert.Throws<ArgumentException>(() => plot.Add.Heat(new CoordinateRect(0, 1, 0, 1), 2, 2, [1, 2, 3], 0, 1)).Message);
        Assert.Contains("The peak is NaN", Assert.Throws<ArgumentOutOfRangeException>(() => plot.Add.LogDensity(new CoordinateRect(0, 1, 0, 1), 1, 1, [1], double.NaN)).Message);
    }

    [Fact]
    public void Cells_go_row_by_row_from_the_top_left_and_are_drawn_there()
    {
        var area = new CoordinateRect(0, 2, 0, 4);
        Assert.Equal([(0.5, 3), (1.5, 3), (0.5, 1), (1.5, 1)], area.CellCenters(2, 2));
        Plot plot = FlowTheme.NewPlot();
        Heatmap heat = plot.Add.Heat(area, 2, 2, [1, 2, 3, 4], 0, 4);
        Assert.Equal([1, 2, 3, 4], area.CellCenters(2, 2).Select(center => heat.GetValue(new Coordinates(center.X, center.Y))));
        Assert.Equal(area, plot.Axes.GetLimits().Rect);
    }

    private static Plot With(double end)
    {
        Plot plot = FlowTheme.NewPlot("A plot", "x", "y");
        plot.Axes.SetLimits(0, end, 0, end);
        return plot;
    }

    private static PixelRect[] Areas(PlotGrid grid)
    {
        grid.ToSvg();
        return [.. grid.Subplots.GetPlots().Select(plot => plot.RenderManager.LastRender.DataRect)];
    }

    /// <summary>Where a text begins.</summary>
    private static (double X, double Y) Place(XElement text)
    {
        string transform = text.Attribute("transform")!.Value;
        double[] numbers = [.. transform[(transform.IndexOf('(') + 1)..^1].Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        return (numbers[^2] + Number(text, "x"), numbers[^1] + Number(text, "y"));
    }

    private static double Length(XElement text) => Number(text, "textLength");

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static T InFolder<T>(Func<string, T> use)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            return use(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
