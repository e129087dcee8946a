using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.NormalizingFlows.Plots;

namespace Microsoft.ML.NormalizingFlows.Tests.Plots;

/// <summary>The ready-made pictures show what they are given, and bad input is answered in a sentence.</summary>
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
        XElement svg = XElement.Parse(FlowPlots.Density(small.Flow, small.Chain.Transform(small.Test)).ToSvg());
        Assert.Equal(["Data", "Density of the flow", "Samples of the flow"], Texts(svg).Where(text => text is "Data" || text.EndsWith("of the flow")));
        Assert.Equal(300, Dots(svg).First());
        // The heat map and the bar of its scale.
        Assert.Equal(2, svg.Descendants().Count(element => element.Name.LocalName == "image"));
        AssertFinite(svg);
    }

    [Fact]
    public void Pairs_compare_samples_with_data()
    {
        XElement svg = XElement.Parse(FlowPlots.Pairs(small.Test, Renamed(small.Flow.Sample(200, seed: 1)), "Features").ToSvg());
        Assert.Contains("samples", Texts(svg));
        Assert.Contains("Features[0]", Texts(svg));
        Assert.Equal([200, 300], Dots(svg).Where(count => count > 1).Order());
        AssertFinite(svg);
    }

    [Fact]
    public void A_training_is_drawn_with_its_best_epoch()
    {
        var history = new TrainingHistory();
        foreach (var (epoch, loss) in new[] { (1, 3.0), (2, 1.5), (3, 1.75) })
            history.Report(new TrainingProgress(epoch, 3, loss - 0.5, loss, Math.Min(loss, 1.5), TimeSpan.Zero, TimeSpan.Zero));
        XElement svg = XElement.Parse(FlowPlots.Training(history.Epochs).ToSvg());
        Assert.Contains("\u22121.50", Texts(svg));
        Assert.Contains("held-out rows", Texts(svg));
        AssertFinite(svg);
    }

    [Fact]
    public void The_flows_of_a_training_are_told_apart_by_their_names_and_what_they_reached()
    {
        XElement svg = XElement.Parse(FlowPlots.Training(
            [.. new[] { 1, 2 }.Select(flow => new TrainingProgress(1, 1, 2, flow, flow, TimeSpan.Zero, TimeSpan.Zero) { Flow = flow, Flows = 2 })]).ToSvg());
        Assert.Equal(["training rows", "flow 1, held-out rows: \u22121.00", "flow 2, held-out rows: \u22122.00"], Texts(svg).Where(text => text.Contains("rows")).Where(text => text.Length < 40));
    }

    [Fact]
    public void Rows_at_or_above_the_threshold_are_drawn_one_by_one()
    {
        XElement svg = XElement.Parse(FlowPlots.Scores(Scores([.. Enumerable.Range(0, 1_000).Select(i => i / 1_000f)]), 0.9975).ToSvg());
        Assert.Contains("each row at or above the threshold", Texts(svg));
        // And the dot of the legend.
        Assert.Equal([1, 2], Dots(svg));
    }

    [Fact]
    public void A_curve_is_cut_off_where_it_leaves_the_axes()
    {
        var plot = new Plot("") { Area = new PlotArea(0, 10, 0, 1) }.Curve([(0, 0.5), (2, 0.5), (4, 1.5), (6, 0.5), (double.NaN, 0), (8, 0.5), (9, 0.5), (12, 0.5)], PlotColor.Ink);
        XElement svg = XElement.Parse(new Figure("") { PlotWidth = 100, PlotHeight = 100 }.Add(plot).ToSvg());
        double[][] pieces = [.. svg.Descendants().Where(element => element.Name.LocalName == "polyline")
            .Select(line => line.Attribute("points")!.Value.Split(' ').Select(point => double.Parse(point.Split(',')[0], CultureInfo.InvariantCulture)).ToArray())];
        double left = pieces[0][0];
        // The way from (2, 0.5) to (4, 1.5) meets the upper end at 3, that to (6, 0.5) at 5; nothing joins the gap.
        Assert.Equal([[0, 20, 30], [50, 60], [80, 90, 100]], pieces.Select(piece => piece.Select(x => Math.Round(x - left, 6)).ToArray()));
    }

    [Fact]
    public void Names_are_turned_where_they_are_long()
    {
        Assert.DoesNotContain("rotate", Named("no", "yes"));
        Assert.Contains("rotate(-45", Named("a long name", "another one"));

        static string Named(params string[] names) => new Figure("A").Add(new Plot("B") { NamesX = names }.Dots([(0, 0)], PlotColor.Ink)).ToSvg();
    }

    [Fact]
    public void Labels_of_an_axis_do_not_overlap()
    {
        var plot = new Plot("") { Area = new PlotArea(0, 0.00035, 0, 1) }.Dots([(0, 0)], PlotColor.Ink);
        XElement svg = XElement.Parse(new Figure("") { PlotWidth = 120, PlotHeight = 100 }.Add(plot).ToSvg());
        double[] places = [.. svg.Descendants().Where(element => element.Attribute("text-anchor")?.Value == "middle").Select(text => double.Parse(text.Attribute("x")!.Value, CultureInfo.InvariantCulture))];
        Assert.True(places.Length >= 2);
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First > 35));
    }

    [Fact]
    public void Scores_are_counted_above_the_threshold_even_where_it_is_beyond_them()
    {
        IDataView rows = Scores([1, 2, 3, 4, float.NaN]);
        Assert.Contains(Texts(XElement.Parse(FlowPlots.Scores(rows, 3).ToSvg())), text => text.StartsWith("threshold 3: 50.0"));
        Assert.Contains(Texts(XElement.Parse(FlowPlots.Scores(rows, 99).ToSvg())), text => text.StartsWith("threshold 99: 0.0"));
        var apart = Texts(XElement.Parse(FlowPlots.Scores(rows, 3, labelColumnName: "Label").ToSvg()));
        Assert.Contains("Label true (2)", apart);
    }

    [Fact]
    public void Columns_are_drawn_as_histograms()
    {
        IDataView rows = Scores([.. Enumerable.Range(0, 100).Select(i => (float)i)]);
        AssertFinite(XElement.Parse(FlowPlots.Density(rows, "Score").ToSvg()));
        AssertFinite(XElement.Parse(FlowPlots.Density(rows, "Score", "Label").ToSvg()));
        AssertFinite(XElement.Parse(FlowPlots.Density(Scores([5, 5, 5]), "Score").ToSvg()));
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
    }

    [Fact]
    public void A_picture_that_cannot_be_written_says_why()
    {
        Figure figure = new Figure("A").Add(new Plot("B").Dots([(0, 0)], PlotColor.Ink));
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Assert.Contains("is a folder", Assert.Throws<IOException>(() => figure.Save(folder)).Message);
            Assert.Contains("does not exist: create it", Assert.Throws<DirectoryNotFoundException>(() => figure.Save(Path.Combine(folder, "absent", "a.svg"))).Message);
            figure.Save(Path.Combine(folder, "a.svg"));
            Assert.Equal(figure.ToSvg(), File.ReadAllText(Path.Combine(folder, "a.svg")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Assert.Contains("nothing to draw", Assert.Throws<InvalidOperationException>(() => new Figure("A").Add(new Plot("B")).ToSvg()).Message);
        Assert.Contains("has no plot", Assert.Throws<InvalidOperationException>(() => new Figure("A").ToSvg()).Message);
    }

    [Fact]
    public void A_page_needs_nothing_else_and_shows_markup_as_text()
    {
        string html = new HtmlPage("a < b").Text("<script>").Table(["x"], [["<i>"]])
            .Figure(new Figure("\u0001 & c").Add(new Plot("<p>").Dots([(0, 0), (double.NaN, 1)], PlotColor.Ink))).ToHtml();
        // Well-formed, so that nothing got in as markup.
        XElement page = XElement.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Equal("<script>", page.Descendants("p").Single().Value);
        Assert.Equal("<i>", page.Descendants("td").Single().Value);
        Assert.DoesNotContain("http", html.Replace("http://www.w3.org/2000/svg", ""));
        Assert.Throws<ArgumentException>(() => new HtmlPage("").Table(["a", "b"], [["1"]]));
    }

    private static void Says(string what, Func<Figure> draw) => Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(draw).Message);

    private static IDataView Scores(float[] scores) =>
        s_ml.Data.LoadFromEnumerable(scores.Select((score, i) => new Scored { Score = score, Label = i % 2 == 1 }));

    private static IDataView Renamed(IDataView samples) => s_ml.Transforms.CopyColumns("Features", "Both").Fit(samples).Transform(samples);

    private static List<string> Texts(XElement svg) => [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];

    /// <summary>How many dots each layer has, the legend's included.</summary>
    private static IEnumerable<int> Dots(XElement svg) =>
        svg.Descendants().Where(element => element.Name.LocalName == "path").Select(path => path.Attribute("d")!.Value.Count(c => c == 'M'));

    private static void AssertFinite(XElement svg)
    {
        foreach (var attribute in svg.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "x" or "y" or "width" or "height"))
            Assert.True(double.IsFinite(double.Parse(attribute.Value, CultureInfo.InvariantCulture)), attribute.ToString());
    }
}
