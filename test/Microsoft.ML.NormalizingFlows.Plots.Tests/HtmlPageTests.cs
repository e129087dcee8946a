using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>A page is one file, and what is given to it as text stays text.</summary>
public sealed class HtmlPageTests
{
    [Fact]
    public void A_page_needs_nothing_else_and_shows_markup_as_text()
    {
        var grid = new PlotGrid("b & c").Add(FlowTheme.NewPlot("<p>"));
        string html = new HtmlPage("a < b").Text("<script>").Heading("\u03bc").Table(["x"], [["<i>"]]).Picture(grid, "<b>").ToHtml();
        // Well-formed, so that nothing got in as markup.
        XElement page = XElement.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Equal("<script>", page.Descendants("p").Single().Value);
        Assert.Equal("<i>", page.Descendants("td").Single().Value);
        Assert.Equal("<b>", page.Descendants("figcaption").Single().Value);
        Assert.Equal("a < b", page.Descendants("h1").Single().Value);
        Assert.Contains("<p>", page.Descendants("figure").Single().Value);
        Assert.DoesNotContain("http", html.Replace("http://www.w3.org/2000/svg", ""));
        Assert.DoesNotContain("<script", html);
        Assert.Throws<ArgumentException>(() => new HtmlPage("").Table(["a", "b"], [["1"]]));
    }
}
