using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>Where the ticks of an axis of dates are, which counts days since 1 January of the year 1: beginnings of years, months, days or hours.</summary>
internal static class DateTicks
{
    private const int LastYear = 8_000;
    private const double DaysPerMonth = 365.25 / 12;

    private static readonly (double Days, Func<DateTime, DateTime> Start, Func<DateTime, DateTime> Next, string Format)[] s_steps =
    [
        .. new[] { 1, 3, 6, 12 }.Select(hours => Step(hours / 24.0, day => day.Date, day => day.AddHours(hours), "d MMM HH:mm")),
        .. new[] { 1, 2, 7 }.Select(days => Step(days, day => day.Date, day => day.AddDays(days), "d MMM yyyy")),
        .. new[] { 1, 3, 6 }.Select(months => Step(months * DaysPerMonth, day => new DateTime(day.Year, 1, 1), day => day.AddMonths(months), "MMM yyyy")),
        .. new[] { 1, 2, 5, 10, 20, 50, 100, 1_000 }.Select(years => Step(12 * years * DaysPerMonth, day => new DateTime(Math.Max(1, day.Year / years * years), 1, 1), day => day.AddYears(years), "yyyy")),
    ];

    /// <summary>The dates of the smallest step that gives at most <paramref name="most"/>, in days as all of the axis.</summary>
    public static IReadOnlyList<Tick> Between(double min, double max, int most)
    {
        var (_, start, next, format) = s_steps.FirstOrDefault(step => (max - min) / step.Days <= most, s_steps[^1]);
        DateTime first = Date(min), last = Date(max);
        var ticks = new List<Tick>();
        for (DateTime date = start(first); date <= last; date = next(date))
        {
            if (date >= first)
                ticks.Add(new Tick(date.Ticks / (double)TimeSpan.TicksPerDay, date.ToString(format, CultureInfo.InvariantCulture)));
        }
        return ticks;
    }

    // Not so near to the last of all dates that a step would lead beyond it.
    private static DateTime Date(double days) => new((long)(Math.Clamp(days, 0, LastYear * 365.0) * TimeSpan.TicksPerDay));

    private static (double, Func<DateTime, DateTime>, Func<DateTime, DateTime>, string) Step(double days, Func<DateTime, DateTime> start, Func<DateTime, DateTime> next, string format) =>
        (days, start, next, format);
}
