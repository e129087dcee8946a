using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>A <see cref="QualityReport"/> as a page.</summary>
internal static class QualityPage
{
    private const int MostMarginals = 24, MostInMatrix = 40, Abreast = 3, PairsListed = 10;

    public static HtmlPage Of(QualityReport report)
    {
        var page = new HtmlPage("Synthetic rows against real ones")
            .Text($"{Count(report.RealRows)} real rows, {Count(report.SyntheticRows)} synthetic rows, "
                + (report.TestRows > 0 ? $"{Count(report.TestRows)} real rows that the generator has not seen." : "no real rows held back, so that some figures are missing."))
            .Table(
                ["figure", "value", "goal", "range", "accepted", "", "what it tells"],
                report.Figures.Select(figure => (IReadOnlyList<string>)
                [
                    figure.Name, Number(figure.Value), Number(figure.Goal), $"{Number(figure.Low)} to {Number(figure.High)}",
                    Accepted(figure), figure.Passes ? "\u2713 passes" : "\u2717 fails", figure.Meaning,
                ]));
        if (report.ColumnsLeftOut.Count > 0)
            page.Text($"Left out, since nearly every row has a value of its own: {string.Join(", ", report.ColumnsLeftOut)}.");
        page.Heading("Columns").Figure(Shapes(report), "Far to the right is good.").Table(
            ["column", "compared as", "shape", "missing, real", "missing, synthetic"],
            report.Columns.OrderBy(column => column.Shape).Select(column => (IReadOnlyList<string>)
                [column.Name, column.IsCategory ? "categories" : "numbers", Number(column.Shape), Share(column.MissingReal), Share(column.MissingSynthetic)]));
        if (report.Marginals.Count > 0)
        {
            var figure = new Figure("Distributions") { PlotWidth = 260, PlotHeight = 150 };
            for (int i = 0; i < Math.Min(report.Marginals.Count, MostMarginals); i++)
                figure.Add(report.Marginals[i], i / Abreast, i % Abreast);
            page.Figure(figure, report.Marginals.Count > MostMarginals ? $"The first {MostMarginals} of {report.Marginals.Count} columns." : "");
        }
        if (report.Pairs.Count > 0)
        {
            page.Heading("Pairs of columns");
            if (report.Columns.Count <= MostInMatrix)
                page.Figure(Trends(report), "Light is good.");
            page.Text($"The {Math.Min(PairsListed, report.Pairs.Count)} pairs that are met worst:").Table(
                ["column", "column", "trend"],
                report.Pairs.OrderBy(pair => pair.Trend).Take(PairsListed).Select(pair => (IReadOnlyList<string>)[pair.First, pair.Second, Number(pair.Trend)]));
        }
        return page;
    }

    private static Figure Shapes(QualityReport report)
    {
        ColumnQuality[] columns = [.. report.Columns.OrderBy(column => column.Shape)];
        double least = Math.Min(0.8, columns[0].Shape - 0.02);
        var plot = new Plot("")
        {
            Area = new PlotArea(least, 1.005, -0.5, columns.Length - 0.5), LabelX = "shape, 1 is best", NamesY = [.. columns.Select(column => column.Name)], Grid = true,
        };
        return new Figure("How well each column is met") { PlotWidth = 460, PlotHeight = Math.Max(60, 20 * columns.Length) }
            .Add(plot.Dots(columns.Select((column, i) => (column.Shape, (double)i)), PlotColor.Group(0), diameter: 9));
    }

    private static Figure Trends(QualityReport report)
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
        double size = Math.Clamp(22 * count, 160, 640);
        var area = new PlotArea(-0.5, count - 0.5, -0.5, count - 0.5);
        return new Figure("How well each pair is met") { PlotWidth = size, PlotHeight = size }
            .Add(new Plot("") { Area = area, NamesX = names, NamesY = names }.Heat(area, count, count, loss, ColorScale.Linear(0, Math.Max(0.1, loss.Max()), "1 \u2212 trend, 0 is best")));
    }

    private static string Accepted(QualityFigure figure) =>
        double.IsPositiveInfinity(figure.AcceptedHigh) || figure.AcceptedHigh >= figure.High ? $"from {Number(figure.AcceptedLow)}" : $"up to {Number(figure.AcceptedHigh)}";

    private static string Number(double value) => double.IsNegativeInfinity(value) ? "\u2212\u221e"
        : value.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    private static string Share(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Count(int rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
