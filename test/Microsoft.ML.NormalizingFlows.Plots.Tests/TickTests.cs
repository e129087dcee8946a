using System.Globalization;
using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>Where the axes of a plot have ticks, and what stands beside them.</summary>
public sealed class TickTests
{
    [Theory]
    [InlineData(-2.2, 2.2, "\u22122.0 \u22121.5 \u22121.0 \u22120.5 0.0 0.5 1.0 1.5 2.0")]
    [InlineData(-0.03, 0.9, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9")]
    [InlineData(0, 0.07, "0.00 0.01 0.02 0.03 0.04 0.05 0.06 0.07")]
    [InlineData(-50, 1000, "0 200 400 600 800 1000")]
    [InlineData(-3_000, 61_000, "0 10k 20k 30k 40k 50k 60k")]
    [InlineData(-1e5, 2.6e6, "0 0.5M 1.0M 1.5M 2.0M 2.5M")]
    [InlineData(12_345, 12_360, "12,345 12,350 12,355 12,360")]
    [InlineData(0, 3e9, "0 5e8 1e9 1.5e9 2e9 2.5e9 3e9")]
    [InlineData(0, 7e-6, "0 1e\u22126 2e\u22126 3e\u22126 4e\u22126 5e\u22126 6e\u22126")]
    public void They_are_few_round_numbers_with_equally_many_digits(double min, double max, string labels) =>
        Assert.Equal(labels, string.Join(' ', Ticks(axis => { }, min, max).Select(tick => tick.Label)));

    [Theory]
    [InlineData("2016-01-10", "2024-03-01", 250, "2018 2020 2022 2024")]
    [InlineData("2023-02-10", "2024-03-01", 330, "Apr 2023 Jul 2023 Oct 2023 Jan 2024")]
    [InlineData("2024-02-27", "2024-03-02", 450, "27 Feb 2024 28 Feb 2024 29 Feb 2024 1 Mar 2024 2 Mar 2024")]
    [InlineData("2024-02-27 01:00", "2024-02-27 09:30", 330, "27 Feb 03:00 27 Feb 06:00 27 Feb 09:00")]
    public void Dates_begin_years_months_days_or_hours(string min, string max, int width, string labels)
    {
        static double Days(string date) => DateTime.Parse(date, CultureInfo.InvariantCulture).ToOADate();
        Tick[] ticks = Ticks(axis => axis.ShowDates(), Days(min), Days(max), width);
        Assert.Equal(labels, string.Join(' ', ticks.Select(tick => tick.Label)));
        Assert.All(ticks, tick => Assert.InRange(tick.Position, Days(min), Days(max)));
    }

    [Theory]
    [InlineData("1957-03-01", "2007-03-01", "1960 1970 1980 1990 2000")]
    [InlineData("0150-01-01", "8000-01-01", "1000 2000 3000 4000 5000 6000 7000 8000")]
    public void Years_are_round(string min, string max, string labels) =>
        Dates_begin_years_months_days_or_hours(min, max, 330, labels);

    [Fact]
    public void Decades_are_placed_at_logarithms_and_labelled_with_numbers()
    {
        Tick[] ticks = Ticks(axis => axis.ShowDecades(), -2, 3.3);
        Assert.Equal([-2, -1, 0, 1, 2, 3], ticks.Select(tick => tick.Position));
        Assert.Equal(["0.01", "0.1", "1", "10", "100", "1000"], ticks.Select(tick => tick.Label));
    }

    [Theory]
    [InlineData(-3.6, -1.9, "0.0005 0.001 0.002 0.005 0.01")]
    [InlineData(0, 1.55, "1 2 5 10 20")]
    [InlineData(0.4, 0.9, "5")]
    public void Few_decades_have_ticks_between_them(double minLog, double maxLog, string labels) =>
        Assert.Equal(labels, string.Join(' ', Ticks(axis => axis.ShowDecades(), minLog, maxLog).Select(tick => tick.Label)));

    [Fact]
    public void Names_stand_at_their_places_and_a_long_one_is_cut()
    {
        Tick[] ticks = Ticks(axis => axis.ShowNames(["a", "", "a name of more than eighteen letters"]), -0.5, 2.5);
        Assert.Equal([(0, "a"), (2, "a name of more th\u2026")], ticks.Select(tick => ((int)tick.Position, tick.Label)));
    }

    [Fact]
    public void Whatever_the_range_they_lie_in_it_with_equal_steps()
    {
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            double min = random.NextDouble() * 200 - 100, max = min + Math.Pow(10, random.NextDouble() * 6 - 3);
            double[] values = [.. Ticks(axis => { }, min, max).Select(tick => tick.Position)];
            double rounding = 1e-6 * (max - min);
            Assert.InRange(values.Length, 2, 14);
            Assert.All(values, value => Assert.InRange(value, min - rounding, max + rounding));
            Assert.All(values.Zip(values.Skip(1)), pair => Assert.InRange(pair.Second - pair.First - (values[1] - values[0]), -rounding, rounding));
        }
    }

    private static Tick[] Ticks(Action<IAxis> change, double min, double max, int width = 400)
    {
        Plot plot = FlowTheme.NewPlot();
        change(plot.Axes.Bottom);
        plot.Axes.SetLimitsX(min, max);
        using Paint paint = Paint.NewDisposablePaint();
        plot.Axes.Bottom.RegenerateTicks(width, paint);
        return plot.Axes.Bottom.TickGenerator.Ticks;
    }
}
