using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>A density in one or two dimensions, of a flow or of columns.</summary>
internal static class DensityFigure
{
    private const int Points = 400, Cells = 200, Dots = 3_000, Batch = 1_024;

    public static Figure Of(NormalizingVariationalFlowTransformer model, IDataView data)
    {
        if (model.Dimensions > 2)
        {
            throw new ArgumentException(
                $"The flow has {model.Dimensions} features, but a density can be drawn of one or two: draw FlowPlots.Pairs of the data and of model.Sample.", nameof(model));
        }
        var columns = NumberColumn.Read(data, model.Columns.Feature);
        if (columns.Count != model.Dimensions)
            throw new ArgumentException($"The column '{model.Columns.Feature}' has {columns.Count} values a row, but the flow was trained on {model.Dimensions}: give it the same columns.", nameof(data));
        return columns.Count == 1 ? Line(model, columns[0]) : Plane(model, columns, data);
    }

    public static Figure Of(IReadOnlyList<NumberColumn> columns)
    {
        if (columns.Count is not (1 or 2))
            throw new ArgumentException($"{columns.Count} columns were given, but a density can be drawn of one or two: name them, or draw FlowPlots.Pairs.", nameof(columns));
        return columns.Count == 1
            ? new Figure($"Density of {columns[0].Name}") { PlotWidth = 420 }.Add(Bars(columns[0]))
            : new Figure($"Density of {columns[0].Name} and {columns[1].Name}") { PlotWidth = 380, PlotHeight = 380 }.Add(Binned(columns[0], columns[1]));
    }

    private static Plot Bars(NumberColumn column)
    {
        var histogram = Histogram.For(column.Values);
        return new Plot("") { LabelX = column.Name, LabelY = "density", Grid = true }
            .Bars(histogram.Edges, histogram.Density(column.Values), PlotColor.Grey, "data");
    }

    private static Figure Line(NormalizingVariationalFlowTransformer model, NumberColumn column)
    {
        var edges = Histogram.For(column.Values).Edges;
        float[] x = [.. Enumerable.Range(0, Points + 1).Select(i => (float)(edges[0] + (edges[^1] - edges[0]) * i / Points))];
        double[] logDensities = LogDensities(model, x);
        return new Figure($"Density of {column.Name}") { PlotWidth = 420 }
            .Add(Bars(column).Curve(x.Select((value, i) => ((double)value, Math.Exp(logDensities[i]))), PlotColor.Group(0), "flow"));
    }

    private static Figure Plane(NormalizingVariationalFlowTransformer model, IReadOnlyList<NumberColumn> columns, IDataView data)
    {
        NumberColumn x = columns[0], y = columns[1];
        PlotArea area = Area(x, y);
        float[] grid = [.. area.CellCenters(Cells, Cells).SelectMany(p => new[] { (float)p.X, (float)p.Y })];
        double[] logDensities = LogDensities(model, grid);
        var samples = NumberColumn.Read(model.Sample(Dots, seed: 1), model.Columns.Feature);
        return new Figure($"{x.Name} and {y.Name}: what was given, and what the flow made of it", "The darker, the more likely; each step of the scale is ten times as likely as the one below.")
            .Add(New("Data").Dots(Thinned.Pairs(x.Values, y.Values, Dots), PlotColor.Ink))
            .Add(New("Density of the flow").Heat(area, Cells, Cells, logDensities, ColorScale.LogDensity(logDensities.Max())), column: 1)
            .Add(New("Samples of the flow").Dots(Thinned.Pairs(samples[0].Values, samples[1].Values, Dots), PlotColor.Group(0)), column: 2);

        Plot New(string title) => new(title) { Area = area, LabelX = x.Name, LabelY = title == "Data" ? y.Name : null };
    }

    private static Plot Binned(NumberColumn x, NumberColumn y)
    {
        PlotArea area = Area(x, y);
        int bins = (int)Math.Clamp(Math.Sqrt(x.Values.Length / 4.0), 10, 80);
        var counts = new double[bins * bins];
        for (int i = 0; i < x.Values.Length; i++)
        {
            double column = Math.Floor((x.Values[i] - area.MinX) / area.Width * bins), row = Math.Floor((area.MaxY - y.Values[i]) / area.Height * bins);
            if (column >= 0 && column < bins && row >= 0 && row < bins)
                counts[(int)row * bins + (int)column]++;
        }
        return new Plot("") { Area = area, LabelX = x.Name, LabelY = y.Name }
            .Heat(area, bins, bins, [.. counts.Select(count => Math.Log(count))], ColorScale.LogDensity(Math.Log(Math.Max(1, counts.Max())), "rows / the most rows of a cell"));
    }

    private static PlotArea Area(NumberColumn x, NumberColumn y)
    {
        double[] xs = Histogram.For(x.Values).Edges, ys = Histogram.For(y.Values).Edges;
        double marginX = 0.05 * (xs[^1] - xs[0]), marginY = 0.05 * (ys[^1] - ys[0]);
        return new PlotArea(xs[0] - marginX, xs[^1] + marginX, ys[0] - marginY, ys[^1] + marginY);
    }

    private static double[] LogDensities(NormalizingVariationalFlowTransformer model, float[] rows)
    {
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
