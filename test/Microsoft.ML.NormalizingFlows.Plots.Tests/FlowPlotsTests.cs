using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>The ready-made pictures hold what they are given, and bad input is answered in a sentence.</summary>
public sealed class FlowPlotsTests(SmallFlow small) : IClassFixture<SmallFlow>
{
    private static readonly MLContext s_ml = new(seed: 1);

    public sealed class Scored
    {
        public float Score { get; set; }

        public bool Label { get; set; }

        public string Name { get; set; } = "";
    }

    [Fact]
    public void A_flow_in_the_plane_is_drawn_beside_data_and_samples()
    {
        PlotGrid grid = FlowPlots.Density(small.OfPlane, small.Plane);
        Assert.Equal(["Data", "Density of the flow", "Samples of the flow"], Enumerable.Range(0, 3).Select(i => grid[0, i].Axes.Title.Label.Text));
        Assert.Equal(400, grid[0, 0].Dots().Count);
        Assert.Equal(3_000, grid[0, 2].Dots().Count);
        Heatmap heat = Assert.Single(grid[0, 1].GetPlottables<Heatmap>());
        // Three decades below the peak, and the same area in all three.
        Assert.Equal(Math.Log(1_000), heat.GetRange().Max - heat.GetRange().Min, 9);
        Assert.Equal(heat.Intensities.Cast<double>().Max(), heat.GetRange().Max);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(grid[0, 1].Axes.GetLimits(), grid[0, i].Axes.GetLimits()));
        Assert.Equal(["0.001", "0.01", "0.1", "1"], grid.Texts().Where(text => text is "0.001" or "0.01" or "0.1" or "1").Distinct().Order());
    }

    [Fact]
    public void The_density_of_each_cell_stands_where_the_cell_is()
    {
        var logDensities = s_ml.Data.LoadFromArray([[0.5f, 1.5f], [1.5f, 0.5f]]);
        Heatmap heat = Assert.Single(FlowPlots.Density(small.OfPlane, small.Plane)[0, 1].GetPlottables<Heatmap>());
        float[] expected = [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float>(small.OfPlane.Transform(logDensities), "LogDensity")];
        // Within a cell the density changes a little.
        Assert.Equal(expected[0], heat.GetValue(new Coordinates(0.5, 1.5)), 1);
        Assert.Equal(expected[1], heat.GetValue(new Coordinates(1.5, 0.5)), 1);
    }

    [Fact]
    public void The_density_of_one_feature_is_drawn_over_its_histogram_and_both_integrate_to_one()
    {
        Plot plot = FlowPlots.Density(small.OfAxis, small.Axis)[0, 0];
        IReadOnlyList<Coordinates> flow = plot.Line("flow");
        double[] heights = plot.Heights("data");
        double width = flow[^1].X - flow[0].X;
        Assert.Equal(1, heights.Sum() * width / heights.Length, 6);
        // The tails beyond the data are cut off.
        Assert.InRange(flow.Average(point => point.Y) * width, 0.8, 1.01);
    }

    [Fact]
    public void Pairs_compare_samples_with_data()
    {
        PlotGrid grid = FlowPlots.Pairs(small.Plane, small.OfPlane.Sample(200, seed: 1), "Features");
        Assert.Equal(400, grid[1, 0].Dots().Count);
        Assert.Equal(200, grid[0, 1].Dots().Count);
        // The other way round: the same columns on the other axes.
        Assert.Equal(grid[1, 0].Axes.GetLimits().HorizontalRange, grid[0, 1].Axes.GetLimits().VerticalRange);
        var texts = grid.Texts();
        Assert.Equal("data", Assert.Single(texts, text => text == "data"));
        Assert.Contains("samples", texts);
        Assert.Contains("Features[0]", texts);
    }

    [Fact]
    public void A_training_is_drawn_with_its_best_epoch()
    {
        var history = new TrainingHistory();
        foreach (var (epoch, loss) in new[] { (1, 3.0), (2, 1.5), (3, 1.75) })
            history.Report(new TrainingProgress(epoch, 3, loss - 0.5, loss, Math.Min(loss, 1.5), TimeSpan.Zero, TimeSpan.Zero));
        PlotGrid grid = FlowPlots.Training(history.Epochs);
        Assert.Equal([-3, -1.5, -1.75], grid[0, 0].Line("held-out rows").Select(point => point.Y));
        Assert.Equal([-2.5, -1, -1.25], grid[0, 0].Line("training rows").Select(point => point.Y));
        Marker best = Assert.Single(grid[0, 0].GetPlottables<Marker>());
        Assert.Equal(new Coordinates(2, -1.5), best.Location);
        Assert.Contains("\u22121.50", grid.Texts());
    }

    [Fact]
    public void Several_flows_have_a_colour_and_a_name_each()
    {
        PlotGrid grid = FlowPlots.Training(Enumerable.Range(1, 3).Select(flow => new TrainingProgress(1, 1, 1, flow, flow, TimeSpan.Zero, TimeSpan.Zero) { Flow = flow }));
        Scatter[] lines = [.. grid[0, 0].GetPlottables<Scatter>().Where(line => line.LegendText.StartsWith("flow", StringComparison.Ordinal))];
        Assert.Equal(["flow 1, held-out rows: \u22121.00", "flow 2, held-out rows: \u22122.00", "flow 3, held-out rows: \u22123.00"], lines.Select(line => line.LegendText));
        Assert.Equal(3, lines.Select(line => line.Color).Distinct().Count());
    }

    [Fact]
    public void Scores_are_counted_above_the_threshold_even_where_it_is_beyond_them()
    {
        IDataView rows = Scores([1, 2, 3, 4, float.NaN]);
        Assert.Contains("threshold 3: 50.0 % at or above", FlowPlots.Scores(rows, 3).Texts());
        PlotGrid beyond = FlowPlots.Scores(rows, 99);
        Assert.Contains("threshold 99: 0.0 % at or above", beyond.Texts());
        Assert.True(beyond[0, 0].Axes.GetLimits().Right > 99);
        Assert.Equal(99, Assert.Single(beyond[0, 0].GetPlottables<VerticalLine>()).X);
        Plot apart = FlowPlots.Scores(rows, 3, labelColumnName: "Label")[0, 0];
        // Of each kind the shares.
        Assert.Equal(1, apart.Heights("Label true (2)").Sum(), 9);
        Assert.Equal(1, apart.Heights("Label false (2)").Sum(), 9);
    }

    [Fact]
    public void Columns_are_drawn_as_histograms()
    {
        IDataView rows = Scores([.. Enumerable.Range(0, 100).Select(i => (float)i)]);
        Assert.Equal(1.0 / 100, FlowPlots.Density(rows, "Score")[0, 0].Heights("data")[0], 9);
        Plot both = FlowPlots.Density(rows, "Score", "Label")[0, 0];
        Heatmap heat = Assert.Single(both.GetPlottables<Heatmap>());
        // Odd scores have the label; where there are none it is white.
        Assert.True(double.IsNaN(heat.GetValue(new Coordinates(90, 0.5))));
        Assert.Contains(heat.Intensities.Cast<double>(), value => value >= 0);
        Assert.Single(FlowPlots.Density(Scores([5, 5, 5]), "Score")[0, 0].GetPlottables<Polygon>());
    }

    [Fact]
    public void What_cannot_be_drawn_is_said_in_a_sentence()
    {
        Says("has no rows", () => FlowPlots.Pairs(Scores([])));
        Says("has no rows", () => FlowPlots.Density(Scores([]), "Score"));
        Says("needs two columns of numbers, but there is one, 'Score'", () => FlowPlots.Pairs(Scores([1, 2]), null, "Score"));
        Says("no column 'Absent'", () => FlowPlots.Density(Scores([1]), "Absent"));
        Says("The column 'Name' is String and has no numbers", () => FlowPlots.Density(Scores([1]), "Name"));
        Says("has no epoch", () => FlowPlots.Training([]));
        Says("no finite score", () => FlowPlots.Scores(Scores([float.NaN])));
        Says("The threshold is NaN", () => FlowPlots.Scores(Scores([1]), double.NaN));
        Says("has 1 values a row, but the flow was trained on 2", () => FlowPlots.Density(small.OfPlane, small.Axis));
    }

    [Fact]
    public void A_picture_is_the_same_in_every_culture()
    {
        PlotGrid Draw() => FlowPlots.Scores(Scores([0.25f, 1.5f, 12_345.5f]), 0.5);
        string usual = Draw().ToSvg();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(usual, Draw().ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void Says(string what, Func<PlotGrid> draw) => Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(draw).Message);

    private static IDataView Scores(float[] scores) =>
        s_ml.Data.LoadFromEnumerable(scores.Select((score, i) => new Scored { Score = score, Label = i % 2 == 1 }));
}
