using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using ScottPlot;
using ScottPlot.Plottables;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>A density in one or two dimensions, of a flow or of columns.</summary>
internal static class DensityPlots
{
    private const int Points = 400, Cells = 200, Dots = 3_000, Batch = 1_024;

    public static PlotGrid Of(NormalizingVariationalFlowTransformer model, IDataView data)
    {
        if (model.Dimensions > 2)
        {
            throw new ArgumentException(
                $"The flow has {model.Dimensions} features, but a density can be drawn of one or two: draw FlowPlots.Pairs of the data and of model.Sample.", nameof(model));
        }
        if (model.Columns.Context is { } context)
        {
            throw new ArgumentException(
                $"The density is given '{context.Name}' and is another for each value of it: draw FlowPlots.Pairs of the data and of model.Sample(data).", nameof(model));
        }
        var columns = NumberColumn.Read(data, model.Columns.Feature);
        if (columns.Count != model.Dimensions)
            throw new ArgumentException($"The column '{model.Columns.Feature}' has {columns.Count} values a row, but the flow was trained on {model.Dimensions}: give it the same columns.", nameof(data));
        return columns.Count == 1 ? Line(model, columns[0]) : Plane(model, columns);
    }

    public static PlotGrid Of(IReadOnlyList<NumberColumn> columns)
    {
        if (columns.Count is not (1 or 2))
            throw new ArgumentException($"{columns.Count} columns were given, but a density can be drawn of one or two: name them, or draw FlowPlots.Pairs.", nameof(columns));
        return columns.Count == 1
            ? new PlotGrid($"Density of {columns[0].Name}") { PlotWidth = 420 }.Add(Bars(columns[0]))
            : new PlotGrid($"Density of {columns[0].Name} and {columns[1].Name}") { PlotWidth = 380, PlotHeight = 380 }.Add(Binned(columns[0], columns[1]));
    }

    private static Plot Bars(NumberColumn column)
    {
        var histogram = Histogram.For(column.Values);
        Plot plot = FlowTheme.NewPlot(labelX: column.Name, labelY: "density");
        plot.Add.Histogram(histogram.Edges, histogram.Density(column.Values), FlowTheme.Grey, "data");
        return plot;
    }

    private static PlotGrid Line(NormalizingVariationalFlowTransformer model, NumberColumn column)
    {
        var edges = Histogram.For(column.Values).Edges;
        double[] x = [.. Enumerable.Range(0, Points + 1).Select(i => edges[0] + (edges[^1] - edges[0]) * i / Points)];
        double[] logDensities = LogDensities(model, x);
        Plot plot = Bars(column);
        plot.Add.Curve(x.Select((value, i) => (value, Math.Exp(logDensities[i]))), FlowTheme.Group(0), "flow");
        return new PlotGrid($"Density of {column.Name}") { PlotWidth = 420 }.Add(plot);
    }

    private static PlotGrid Plane(NormalizingVariationalFlowTransformer model, IReadOnlyList<NumberColumn> columns)
    {
        NumberColumn x = columns[0], y = columns[1];
        CoordinateRect area = Area(x, y);
        double[] cells = [.. area.CellCenters(Cells, Cells).SelectMany(p => new[] { p.X, p.Y })];
        var samples = NumberColumn.Read(model.Sample(Dots, seed: 1), model.Columns.Feature);
        Plot given = New("Data", y.Name), density = New("Density of the flow"), drawn = New("Samples of the flow");
        given.Add.Dots(NumberColumn.Thin(x.Values, y.Values, Dots), FlowTheme.Ink);
        Heatmap heat = density.Add.LogDensity(area, Cells, Cells, LogDensities(model, cells));
        drawn.Add.Dots(NumberColumn.Thin(samples[0].Values, samples[1].Values, Dots), FlowTheme.Group(0));
        // Beside the last of the three, so that it stands between none of them.
        drawn.Add.DensityScale(heat);
        return new PlotGrid($"{x.Name} and {y.Name}: what was given, and what the flow made of it", "The darker, the more likely; each step of the scale is ten times as likely as the one below.")
            .Add(given).Add(density, column: 1).Add(drawn, column: 2);

        Plot New(string title, string labelY = "")
        {
            Plot plot = FlowTheme.NewPlot(title, x.Name, labelY);
            plot.Axes.SetLimits(area);
            plot.HideGrid();
            return plot;
        }
    }

    private static Plot Binned(NumberColumn x, NumberColumn y)
    {
        CoordinateRect area = Area(x, y);
        int bins = (int)Math.Clamp(Math.Sqrt(x.Values.Length / 4.0), 10, 80);
        var counts = new double[bins * bins];
        for (int i = 0; i < x.Values.Length; i++)
        {
            double column = Math.Floor((x.Values[i] - area.Left) / area.Width * bins), row = Math.Floor((area.Top - y.Values[i]) / area.Height * bins);
            if (column >= 0 && column < bins && row >= 0 && row < bins)
                counts[(int)row * bins + (int)column]++;
        }
        Plot plot = FlowTheme.NewPlot(labelX: x.Name, labelY: y.Name);
        Heatmap heat = plot.Add.LogDensity(area, bins, bins, [.. counts.Select(count => Math.Log(count))], Math.Log(Math.Max(1, counts.Max())));
        plot.Add.DensityScale(heat, "rows / the most rows of a cell");
        return plot;
    }

    private static CoordinateRect Area(NumberColumn x, NumberColumn y)
    {
        double[] xs = Histogram.For(x.Values).Edges, ys = Histogram.For(y.Values).Edges;
        double marginX = 0.05 * (xs[^1] - xs[0]), marginY = 0.05 * (ys[^1] - ys[0]);
        return new CoordinateRect(xs[0] - marginX, xs[^1] + marginX, ys[0] - marginY, ys[^1] + marginY);
    }

    private static double[] LogDensities(NormalizingVariationalFlowTransformer model, double[] values)
    {
        var origin = model.Columns.OriginOf(model.Dimensions);
        float[] rows = [.. values.Select((value, i) => (float)(value - origin[i % model.Dimensions]))];
        var logDensities = new double[rows.Length / model.Dimensions];
        var scores = new FlowScores(model.Model.Shape, FlowOutputs.LogDensity, Batch);
        model.Evaluator.ScoreBlocks(rows, model.Dimensions, scores, (start, count) =>
        {
            for (int i = 0; i < count; i++)
                logDensities[start + i] = scores.LogDensity[i];
        });
        return logDensities;
    }
}
