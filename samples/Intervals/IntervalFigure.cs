using Microsoft.ML.NormalizingFlows.Plots;
using ScottPlot;

namespace IntervalsSample;

/// <summary>Some weeks with their intervals beside what came; and how often each quantile was not exceeded.</summary>
internal static class IntervalFigure
{
    private const int Shown = 21 * 24;

    public static void Save(string path, IReadOnlyList<AirHour> hours, IReadOnlyList<Forecast> forecasts) =>
        new PlotGrid("Fine dust in Beijing, a day ahead", "Left the intervals of the flow that hold the dust nine times in ten, and every other time; right how far each method can be trusted.") { PlotWidth = 620, PlotHeight = 400 }
            .Add(Weeks(hours, forecasts[0]), 0, 0)
            .Add(Trust(hours, forecasts), 0, 1)
            .Save(path);

    private static Plot Weeks(IReadOnlyList<AirHour> hours, Forecast flow)
    {
        int start = hours.Count / 6, end = Math.Min(hours.Count, start + Shown);
        int[] shown = [.. Enumerable.Range(start, end - start)];
        double[] days = [.. shown.Select(i => (hours[i].Time - hours[start].Time).TotalDays)];
        double[] Level(int q) => [.. shown.Select(i => AirHour.Dusty(flow.Quantiles[i][q]))];
        Plot plot = FlowTheme.NewPlot("Three weeks", FormattableString.Invariant($"days from {hours[start].Time:yyyy-MM-dd} on"), "micrograms a cubic metre");
        int last = Forecast.Levels.Length - 1;
        Band(0, last, 0.2, "9 in 10");
        Band(4, last - 4, 0.45, "every other");
        plot.Add.Curve(days.Zip(Level(last / 2)), FlowTheme.Group(0), "median");
        plot.Add.Dots(days.Zip(shown.Select(i => (double)hours[i].Dust)), FlowTheme.Ink, "what came");
        return plot;

        void Band(int low, int high, double opacity, string name)
        {
            var band = plot.Add.FillY(days, Level(low), Level(high));
            band.FillColor = FlowTheme.Group(0).WithAlpha(opacity);
            band.LineWidth = 0;
            band.LegendText = name;
        }
    }

    private static Plot Trust(IReadOnlyList<AirHour> hours, IReadOnlyList<Forecast> forecasts)
    {
        Plot plot = FlowTheme.NewPlot("What quantiles hold", "level of the quantile", "share of hours at or below it");
        plot.Add.Curve([(0, 0), (1, 1)], FlowTheme.Grey, "as promised", dashed: true);
        for (int method = 0; method < forecasts.Count; method++)
        {
            Forecast forecast = forecasts[method];
            plot.Add.Curve(Forecast.Levels.Select((level, q) => (level, forecast.ShareBelow(q, hours))), FlowTheme.Group(method), forecast.Name);
        }
        plot.Axes.SetLimits(0, 1, 0, 1);
        return plot;
    }
}
