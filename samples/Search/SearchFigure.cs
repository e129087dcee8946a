using Microsoft.ML.NormalizingFlows.Plots;
using SearchSample.Space;
using SearchSample.Trials;

namespace SearchSample;

/// <summary>The held-out log-density of each trial against each option, a colour for each round.</summary>
internal static class SearchFigure
{
    private const int Columns = 4;

    public static Figure Draw(OptionSpace space, IReadOnlyCollection<Trial> trials, SuccessiveHalving halving, string title)
    {
        var figure = new Figure(title, "Each dot is a training: the same trial stands in every plot. Higher is better; bad trials are below the axes.") { PlotWidth = 200, PlotHeight = 180 };
        double[] scores = [.. trials.SelectMany(trial => trial.Scores).Where(double.IsFinite).Order()];
        double best = scores[^1], low = Math.Min(scores[scores.Length / 3], best - 1e-3), margin = 0.06 * (best - low);
        for (int i = 0; i < space.Options.Count; i++)
            figure.Add(Of(space.Options[i], trials, halving, low - margin, best + margin, i % Columns == 0), i / Columns, i % Columns);
        return figure;
    }

    private static Plot Of(SearchedOption option, IReadOnlyCollection<Trial> trials, SuccessiveHalving halving, double low, double high, bool isFirst)
    {
        double[] places = [.. trials.Select(trial => Place(option, trial))];
        double margin = Math.Max(1e-9, 0.06 * (places.Max() - places.Min()));
        bool isChoice = option.Type == typeof(bool);
        var plot = new Plot(option.Name)
        {
            Area = isChoice ? new PlotArea(-0.5, 1.5, low, high) : new PlotArea(places.Min() - margin, places.Max() + margin, low, high),
            NamesX = isChoice ? ["false", "true"] : null,
            DecadesX = option.IsLogarithmic,
            LabelY = isFirst ? "nats" : null,
            Grid = true,
        };
        for (int round = 0; round < halving.Rounds; round++)
        {
            plot.Dots(
                trials.Where(trial => trial.Rounds > round).Select(trial => (Place(option, trial), trial.Scores[round])),
                round == 0 ? PlotColor.Grey : PlotColor.Group(round - 1), $"{halving.Epochs(round)} epochs", 6);
        }
        return plot;
    }

    private static double Place(SearchedOption option, Trial trial)
    {
        double value = Convert.ToDouble(trial.Values[option.Name], System.Globalization.CultureInfo.InvariantCulture);
        return option.IsLogarithmic ? Math.Log10(value) : value;
    }
}
