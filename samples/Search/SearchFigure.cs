using System.Globalization;
using Microsoft.ML.NormalizingFlows.Plots;
using ScottPlot;
using SearchSample.Space;
using SearchSample.Trials;

namespace SearchSample;

/// <summary>The held-out log-density of each trial against each option, a colour for each round.</summary>
internal static class SearchFigure
{
    private const int Columns = 4;

    public static PlotGrid Draw(OptionSpace space, IReadOnlyCollection<Trial> trials, SuccessiveHalving halving, string title)
    {
        var figure = new PlotGrid(title, "Each dot is a training: the same trial stands in every plot. Higher is better; bad trials are below the axes.") { PlotWidth = 200, PlotHeight = 180 };
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
        Plot plot = FlowTheme.NewPlot(option.Name, labelY: isFirst ? "nats" : "");
        if (isChoice)
            plot.Axes.Bottom.ShowNames(["false", "true"]);
        else
            plot.Axes.SetLimitsX(places.Min() - margin, places.Max() + margin);
        if (option.IsLogarithmic)
            plot.Axes.Bottom.ShowDecades();
        plot.Axes.SetLimitsY(low, high);
        for (int round = 0; round < halving.Rounds; round++)
        {
            plot.Add.Dots(
                trials.Where(trial => trial.Rounds > round).Select(trial => (Place(option, trial), trial.Scores[round])),
                round == 0 ? FlowTheme.Grey : FlowTheme.Group(round - 1), $"{halving.Epochs(round)} epochs", 6);
        }
        return plot;
    }

    private static double Place(SearchedOption option, Trial trial)
    {
        double value = Convert.ToDouble(trial.Values[option.Name], CultureInfo.InvariantCulture);
        return option.IsLogarithmic ? Math.Log10(value) : value;
    }
}
