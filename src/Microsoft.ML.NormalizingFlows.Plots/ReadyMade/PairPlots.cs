using Microsoft.ML.NormalizingFlows.Numerics;
using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>Each column against each other one: dots of the data below the diagonal, of the samples above it, both histograms on it.</summary>
internal static class PairPlots
{
    private const int Dots = 1_500, Maximum = 8;

    public static PlotGrid Of(IReadOnlyList<NumberColumn> data, IReadOnlyList<NumberColumn>? samples)
    {
        Check(data, samples);
        Histogram[] histograms = [.. data.Select((column, i) => samples is null ? Histogram.For(column.Values) : Histogram.For(column.Values, samples[i].Values))];
        int size = Math.Clamp(620 / data.Count, 120, 240);
        var grid = new PlotGrid(
            samples is null ? "Pairs of columns" : "Samples against data, pair by pair",
            samples is null ? "" : "Below the diagonal the data, above it the samples: a pair's two plots should look like mirror images. On the diagonal both histograms.")
        {
            PlotWidth = size,
            PlotHeight = size,
            ShowLegend = samples is not null,
        };
        for (int row = 0; row < data.Count; row++)
        {
            for (int column = 0; column < data.Count; column++)
            {
                var place = (Row: row, Column: column);
                if (row == column)
                    grid.Add(Diagonal(data, samples, histograms[row], row), row, column);
                else if (row > column)
                    grid.Add(Pair(data, histograms, place, data.Count, FlowTheme.Group(0)), row, column);
                else if (samples is not null)
                    grid.Add(Pair(samples, histograms, place, data.Count, FlowTheme.Group(1)), row, column);
            }
        }
        return grid;
    }

    private static void Check(IReadOnlyList<NumberColumn> data, IReadOnlyList<NumberColumn>? samples)
    {
        if (data.Count < 2)
            throw new ArgumentException($"A plot of pairs needs two columns of numbers, but there is {(data.Count == 0 ? "none" : $"one, '{data[0].Name}'")}: draw FlowPlots.Density of one column.", nameof(data));
        if (data.Count > Maximum)
            throw new ArgumentException($"{data.Count} columns make {data.Count * data.Count} plots, too many to see anything: name at most {Maximum} of them.", nameof(data));
        if (samples is not null && samples.Count != data.Count)
            throw new ArgumentException($"The samples have {samples.Count} columns of numbers and the data {data.Count}: name columns that both have.", nameof(samples));
    }

    private static Plot Diagonal(IReadOnlyList<NumberColumn> data, IReadOnlyList<NumberColumn>? samples, Histogram histogram, int i)
    {
        Plot plot = FlowTheme.NewPlot(data[i].Name, labelX: i == data.Count - 1 ? data[i].Name : "", labelY: i == 0 ? "density" : "");
        plot.HideGrid();
        plot.Add.Histogram(histogram.Edges, histogram.Density(data[i].Values), FlowTheme.Group(0), "data");
        if (samples is not null)
            plot.Add.Curve(FlowPlottables.Steps(histogram.Edges, histogram.Density(samples[i].Values)), FlowTheme.Group(1), "samples");
        return plot;
    }

    private static Plot Pair(IReadOnlyList<NumberColumn> columns, Histogram[] histograms, (int Row, int Column) place, int count, Color color)
    {
        double[] x = histograms[place.Column].Edges, y = histograms[place.Row].Edges;
        Plot plot = FlowTheme.NewPlot(labelX: place.Row == count - 1 ? columns[place.Column].Name : "", labelY: place.Column == 0 ? columns[place.Row].Name : "");
        plot.HideGrid();
        plot.Add.Dots(NumberColumn.Thin(columns[place.Column].Values, columns[place.Row].Values, Dots), color, size: 1.8);
        plot.Axes.SetLimits(x[0], x[^1], y[0], y[^1]);
        return plot;
    }
}
