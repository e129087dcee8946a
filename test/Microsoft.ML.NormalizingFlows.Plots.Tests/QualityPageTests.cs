using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>The page of a report has every measure, every column, and pictures of what the report holds.</summary>
public sealed class QualityPageTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Lazy<QualityReport> s_report = new(() => s_ml.Data.QualityReport(Rows(300, seed: 1), Rows(200, seed: 2)));

    public sealed class Row
    {
        public float Height { get; set; }

        public double Weight { get; set; }

        public string Kind { get; set; } = "";

        public bool Old { get; set; }

        public DateTime Born { get; set; }
    }

    [Fact]
    public void It_names_every_figure_and_every_column()
    {
        string html = s_report.Value.ToHtmlPage().ToHtml();
        XElement page = XElement.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.Equal(3, page.Descendants("figure").Count());
        XElement[] tables = [.. page.Descendants("table")];
        Assert.All(s_report.Value.Measures, measure => Assert.Contains(tables[0].Descendants("td"), cell => cell.Value == measure.Name));
        Assert.Equal(["Born", "Height", "Kind", "Old", "Weight"], tables[1].Elements("tr").Skip(1).Select(row => row.Elements().First().Value).Order());
        // In each of the pictures as well.
        foreach (XElement figure in page.Descendants("figure"))
            Assert.All(s_report.Value.Columns, column => Assert.Contains(figure.Descendants(), element => element.Name.LocalName == "text" && element.Value == column.Name));
        // Of the dates, from 1950 on.
        Assert.Contains(page.Descendants(), element => element.Name.LocalName == "text" && element.Value == "1960");
        Assert.DoesNotContain("NaN", html);
        Assert.InRange(html.Length, 10_000, 100_000);
    }

    [Fact]
    public void It_is_saved_where_it_is_told()
    {
        string path = Path.GetTempFileName();
        try
        {
            s_report.Value.SaveHtml(path);
            Assert.Equal(s_report.Value.ToHtmlPage().ToHtml(), File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_distributions_hold_shares_of_both_kinds_of_rows()
    {
        var kind = s_report.Value.Distributions.Single(column => column.Column == "Kind");
        Assert.Equal(3, kind.CategoryCount);
        Assert.Equal(["(missing)", "a", "b"], kind.Categories!.Order());
        foreach (ColumnDistribution column in s_report.Value.Distributions)
        {
            Assert.Equal(column.Edges.Count, column.Real.Count + 1);
            Assert.Equal(1, column.Real.Sum(), 6);
            Assert.InRange(column.Synthetic.Sum(), 0.95, 1.000001);
        }
        Assert.True(s_report.Value.Distributions.Single(column => column.Column == "Born").IsDate);
    }

    private static IDataView Rows(int count, int seed)
    {
        var random = new Random(seed);
        return s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
        {
            Height = (float)(1.5 + 0.5 * random.NextDouble()),
            Weight = 50 + 40 * random.NextDouble(),
            Kind = random.Next(3) switch { 0 => "a", 1 => "b", _ => "" },
            Old = random.Next(2) == 0,
            Born = new DateTime(1950, 1, 1).AddDays(random.Next(20_000)),
        }).ToArray());
    }
}
