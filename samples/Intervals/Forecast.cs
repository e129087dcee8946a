namespace IntervalsSample;

/// <summary>The quantiles that a method gives for the hours of a year.</summary>
/// <param name="Name">Of the method.</param>
/// <param name="Quantiles">Of ln dust: one array an hour, as many as there are <see cref="Levels"/>, rising.</param>
internal sealed record Forecast(string Name, double[][] Quantiles)
{
    /// <summary>0.05, 0.1, .. 0.95.</summary>
    public static double[] Levels { get; } = [.. Enumerable.Range(1, 19).Select(i => 0.05 * i)];

    /// <summary>The share of hours whose dust is at most the quantile of a level: the level itself where the forecast is right.</summary>
    public double ShareBelow(int level, IReadOnlyList<AirHour> hours) =>
        Enumerable.Range(0, hours.Count).Count(i => hours[i].LogDust <= Quantiles[i][level]) / (double)hours.Count;

    /// <summary>The share of hours within the interval that is to hold <paramref name="promised"/> of them.</summary>
    public double Coverage(double promised, IReadOnlyList<AirHour> hours)
    {
        var (low, high) = Interval(promised);
        return Enumerable.Range(0, hours.Count).Count(i => Quantiles[i][low] <= hours[i].LogDust && hours[i].LogDust <= Quantiles[i][high]) / (double)hours.Count;
    }

    /// <summary>The mean width of that interval, in micrograms a cubic metre.</summary>
    public double Width(double promised)
    {
        var (low, high) = Interval(promised);
        return Quantiles.Average(row => AirHour.Dusty(row[high]) - AirHour.Dusty(row[low]));
    }

    /// <summary>
    /// The pinball loss, the mean over hours and levels of what a quantile is off by, times the level where it is too low and one minus the level
    /// where it is too high: least for the true quantiles. In micrograms a cubic metre.
    /// </summary>
    public double PinballLoss(IReadOnlyList<AirHour> hours) => Enumerable.Range(0, hours.Count).Average(i => Enumerable.Range(0, Levels.Length).Average(q =>
    {
        double off = hours[i].Dust - AirHour.Dusty(Quantiles[i][q]);
        return Math.Max(Levels[q] * off, (Levels[q] - 1) * off);
    }));

    private static (int Low, int High) Interval(double promised)
    {
        int low = (int)Math.Round((1 - promised) / 2 / Levels[0]) - 1;
        return (low, Levels.Length - 1 - low);
    }
}
