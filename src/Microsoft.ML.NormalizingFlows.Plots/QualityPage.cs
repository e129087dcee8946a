using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>A <see cref="QualityReport"/> as a page to read: its measures, and how well each column and each pair of columns is met.</summary>
/// <example>
/// <code>
/// QualityReport report = ml.Data.QualityReport(train, synthetic, new() { Test = test });
/// report.SaveHtml("report.html");
/// </code>
/// </example>
public static class QualityPage
{
    private const int MaximumDistributions = 24, MaximumInMatrix = 40, Abreast = 3, PairsListed = 10;

    /// <summary>Writes the report as a page in one file that needs nothing else.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">Where, such as <c>report.html</c>; a file that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; the message says why.</exception>
    public static void SaveHtml(this QualityReport report, string path) => report.ToHtmlPage().Save(path);

    /// <summary>The report as a page, to which more can be added.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The page.</returns>
    public static HtmlPage ToHtmlPage(this QualityReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new HtmlPage("Synthetic rows against real ones")
            .Text($"{Count(report.RealRows)} real rows, {Count(report.SyntheticRows)} synthetic rows, "
                + (report.TestRows > 0 ? $"{Count(report.TestRows)} real rows that the generator has not seen." : "no real rows held back, so that some figures are missing."))
            .Table(
                ["measure", "value", "goal", "range", "accepted", "", "what it tells"],
                report.Measures.Select(measure => (IReadOnlyList<string>)
                [
                    measure.Name, Number(measure.Value), Number(measure.Goal), $"{Number(measure.Low)} to {Number(measure.High)}",
                    Accepted(measure), measure.Passes ? "\u2713 passes" : "\u2717 fails", measure.Meaning,
                ]));
        if (report.ColumnsLeftOut.Count > 0)
            page.Text($"Left out, since nearly every row has a value of its own: {string.Join(", ", report.ColumnsLeftOut)}.");
        AddColumns(page, report);
        if (report.Pairs.Count > 0)
            AddPairs(page, report);
        return page;
    }

    private static void AddColumns(HtmlPage page, QualityReport report)
    {
        page.Heading("Columns").Picture(Shapes(report), "Far to the right is good.").Table(
            ["column", "compared as", "shape", "missing, real", "missing, synthetic", "deviation, by the real one", "tails, by the real ones"],
            report.Columns.OrderBy(column => column.Shape).Select(column => (IReadOnlyList<string>)
                [column.Name, column.IsCategory ? "categories" : "numbers", Number(column.Shape), Share(column.MissingReal), Share(column.MissingSynthetic), Known(column.DeviationRatio), Known(column.TailRatio)]));
        if (report.Distributions.Count == 0)
            return;
        var grid = new PlotGrid("Distributions", "The share of the rows in each bin or category.") { PlotWidth = 260, PlotHeight = 150 };
        for (int i = 0; i < Math.Min(report.Distributions.Count, MaximumDistributions); i++)
            grid.Add(Distribution(report.Distributions[i]), i / Abreast, i % Abreast);
        page.Picture(grid, report.Distributions.Count > MaximumDistributions ? $"The first {MaximumDistributions} of {report.Distributions.Count} columns." : "");
    }

    private static void AddPairs(HtmlPage page, QualityReport report)
    {
        page.Heading("Pairs of columns");
        if (report.Columns.Count <= MaximumInMatrix)
            page.Picture(Trends(report), "Light is good.");
        page.Text($"The {Math.Min(PairsListed, report.Pairs.Count)} pairs that are met worst:").Table(
            ["column", "column", "trend", "correlation, real", "correlation, synthetic"],
            report.Pairs.OrderBy(pair => pair.Trend).Take(PairsListed).Select(pair => (IReadOnlyList<string>)[pair.First, pair.Second, Number(pair.Trend), Known(pair.CorrelationReal), Known(pair.CorrelationSynthetic)]));
    }

    private static string Known(double value) => double.IsNaN(value) ? "" : Number(value);

    private static PlotGrid Shapes(QualityReport report)
    {
        ColumnQuality[] columns = [.. report.Columns.OrderBy(column => column.Shape)];
        Plot plot = FlowTheme.NewPlot(labelX: "shape, 1 is best");
        plot.Add.Dots(columns.Select((column, i) => (column.Shape, (double)i)), FlowTheme.Group(0), size: 9);
        plot.Axes.Left.ShowNames([.. columns.Select(column => column.Name)]);
        plot.Axes.SetLimitsX(Math.Min(0.8, columns[0].Shape - 0.02), 1.005);
        return new PlotGrid("How well each column is met") { PlotWidth = 460, PlotHeight = Math.Max(60, 20 * columns.Length) }.Add(plot);
    }

    private static Plot Distribution(ColumnDistribution column)
    {
        Plot plot = FlowTheme.NewPlot(
            column.Column, subtitle: column.CategoryCount > column.Categories?.Count ? $"the {column.Categories.Count} most frequent of {column.CategoryCount}" : "");
        plot.HideGrid();
        IReadOnlyList<double> edges = column.IsDate ? [.. column.Edges.Select(AutomationDate)] : column.Edges;
        plot.Add.Histogram(edges, column.Real, FlowTheme.Group(0), "real");
        plot.Add.Curve(FlowPlottables.Steps(edges, column.Synthetic), FlowTheme.Group(1), "synthetic");
        if (column.Categories is not null)
            plot.Axes.Bottom.ShowNames(column.Categories);
        if (column.IsDate)
            plot.Axes.Bottom.ShowDates();
        return plot;
    }

    /// <summary>From days since the year 1 to those that ScottPlot counts, which begin with the year 100 and end with 9999.</summary>
    private static double AutomationDate(double days) => Math.Clamp(days - 693_593, -657_434, 2_958_465);

    private static PlotGrid Trends(QualityReport report)
    {
        int count = report.Columns.Count;
        var places = report.Columns.Select((column, i) => (column.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);
        var loss = new double[count * count];
        foreach (PairQuality pair in report.Pairs)
        {
            int i = places[pair.First], j = places[pair.Second];
            // Rows go down from the top, so the last name is there.
            loss[(count - 1 - i) * count + j] = loss[(count - 1 - j) * count + i] = 1 - pair.Trend;
        }
        string[] names = [.. report.Columns.Select(column => column.Name)];
        int size = Math.Clamp(22 * count, 160, 640);
        Plot plot = FlowTheme.NewPlot();
        Heatmap heat = plot.Add.Heat(new CoordinateRect(-0.5, count - 0.5, -0.5, count - 0.5), count, count, loss, 0, Math.Max(0.1, loss.Max()));
        plot.Add.Scale(heat, "1 \u2212 trend, 0 is best");
        plot.Axes.Bottom.ShowNames(names);
        plot.Axes.Left.ShowNames(names);
        return new PlotGrid("How well each pair is met") { PlotWidth = size, PlotHeight = size }.Add(plot);
    }

    private static string Accepted(QualityMeasure measure) =>
        double.IsPositiveInfinity(measure.AcceptedHigh) || measure.AcceptedHigh >= measure.High ? $"from {Number(measure.AcceptedLow)}" : $"up to {Number(measure.AcceptedHigh)}";

    private static string Number(double value) => double.IsNegativeInfinity(value) ? "\u2212\u221e"
        : value.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    private static string Share(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Count(int rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
