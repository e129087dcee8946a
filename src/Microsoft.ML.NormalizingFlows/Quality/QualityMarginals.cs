using Microsoft.ML.NormalizingFlows.Plots;
using Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>The distribution of a column, real as bars and synthetic as a line over it.</summary>
internal static class QualityMarginals
{
    private const int MostLevels = 12;

    public static Plot Of(ComparedColumn column)
    {
        if (!column.IsCategory)
        {
            var histogram = Histogram.For(column.Real, column.Synthetic);
            return Draw(new Plot(column.Name) { DatesX = column.IsDate }, histogram.Edges, histogram.Shares(column.Real), histogram.Shares(column.Synthetic));
        }
        double[] levels = [.. column.Real.CountBy(level => level).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MostLevels).Select(pair => pair.Key)];
        var plot = new Plot(column.Name, column.Levels!.Count > MostLevels ? $"the {MostLevels} most frequent of {column.Levels.Count}" : "")
        {
            NamesX = [.. levels.Select(level => column.Levels[(int)level] is { Length: > 0 } name ? name : "(missing)")],
        };
        return Draw(plot, [.. Enumerable.Range(0, levels.Length + 1).Select(i => i - 0.5)], Shares(column.Real), Shares(column.Synthetic));

        double[] Shares(double[] values) => [.. levels.Select(level => values.Count(value => value == level) / (double)values.Length)];
    }

    private static Plot Draw(Plot plot, double[] edges, double[] real, double[] synthetic) => plot
        .Bars(edges, real, PlotColor.Group(0), "real")
        .Curve(synthetic.SelectMany((height, i) => new[] { (edges[i], height), (edges[i + 1], height) }), PlotColor.Group(1), "synthetic");
}
