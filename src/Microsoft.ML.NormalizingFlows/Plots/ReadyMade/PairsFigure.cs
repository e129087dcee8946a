namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>Each column against each other one: dots of the data below the diagonal, of the samples above it, both histograms on it.</summary>
internal static class PairsFigure
{
    private const int Dots = 1_500, Most = 8;

    public static Figure Of(IReadOnlyList<NumberColumn> data, IReadOnlyList<NumberColumn>? samples)
    {
        Check(data, samples);
        Histogram[] histograms = [.. data.Select((column, i) => samples is null ? Histogram.For(column.Values) : Histogram.For(column.Values, samples[i].Values))];
        double size = Math.Clamp(620.0 / data.Count, 120, 240);
        var figure = new Figure(
            samples is null ? "Pairs of columns" : "Samples against data, pair by pair",
            samples is null ? "" : "Below the diagonal the data, above it the samples: a pair's two plots should look like mirror images. On the diagonal both histograms.")
        {
            PlotWidth = size,
            PlotHeight = size,
        };
        for (int row = 0; row < data.Count; row++)
        {
            for (int column = 0; column < data.Count; column++)
            {
                var place = (Row: row, Column: column);
                if (row == column)
                    figure.Add(Diagonal(data, samples, histograms[row], row), row, column);
                else if (row > column)
                    figure.Add(Pair(data, histograms, place, data.Count, PlotColor.Group(0), samples is null ? null : "data"), row, column);
                else if (samples is not null)
                    figure.Add(Pair(samples, histograms, place, data.Count, PlotColor.Group(1), "samples"), row, column);
            }
        }
        return figure;
    }

    private static void Check(IReadOnlyList<NumberColumn> data, IReadOnlyList<NumberColumn>? samples)
    {
        if (data.Count < 2)
            throw new ArgumentException($"A plot of pairs needs two columns of numbers, but there is {(data.Count == 0 ? "none" : $"one, '{data[0].Name}'")}: draw FlowPlots.Density of one column.", nameof(data));
        if (data.Count > Most)
            throw new ArgumentException($"{data.Count} columns make {data.Count * data.Count} plots, too many to see anything: name at most {Most} of them.", nameof(data));
        if (samples is not null && samples.Count != data.Count)
            throw new ArgumentException($"The samples have {samples.Count} columns of numbers and the data {data.Count}: name columns that both have.", nameof(samples));
    }

    private static Plot Diagonal(IReadOnlyList<NumberColumn> data, IReadOnlyList<NumberColumn>? samples, Histogram histogram, int i)
    {
        Plot plot = new(data[i].Name) { Area = null, LabelX = i == data.Count - 1 ? data[i].Name : null, LabelY = i == 0 ? "density" : null };
        plot.Bars(histogram.Edges, histogram.Density(data[i].Values), PlotColor.Group(0), samples is null ? null : "data");
        if (samples is not null)
            plot.Curve(Steps(histogram.Edges, histogram.Density(samples[i].Values)), PlotColor.Group(1), "samples");
        return plot;
    }

    private static Plot Pair(
        IReadOnlyList<NumberColumn> columns, Histogram[] histograms, (int Row, int Column) place, int count, PlotColor color, string? name)
    {
        double[] x = histograms[place.Column].Edges, y = histograms[place.Row].Edges;
        return new Plot("")
        {
            Area = new PlotArea(x[0], x[^1], y[0], y[^1]),
            LabelX = place.Row == count - 1 ? columns[place.Column].Name : null,
            LabelY = place.Column == 0 ? columns[place.Row].Name : null,
        }.Dots(Thinned.Pairs(columns[place.Column].Values, columns[place.Row].Values, Dots), color, name, 1.8);
    }

    /// <summary>The outline of a histogram.</summary>
    private static IEnumerable<(double, double)> Steps(double[] edges, double[] heights) =>
        heights.SelectMany((height, i) => new[] { (edges[i], height), (edges[i + 1], height) });
}
