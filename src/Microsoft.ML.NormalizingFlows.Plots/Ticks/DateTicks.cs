using System.Globalization;
using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots.Ticks;

/// <summary>
/// Ticks of an axis of dates, as <see cref="DateTime.ToOADate"/> counts days: beginnings of years, months, days or hours, the round ones
/// (ScottPlot's own count from where the axis begins, such as 1957, 1967, ...).
/// </summary>
internal sealed class DateTicks : ITickGenerator
{
    private const float Gap = 14;
    private const double DaysPerMonth = 365.25 / 12;

    private static readonly Step[] s_steps =
    [
        .. new[] { 1, 3, 6, 12 }.Select(hours => new Step(hours / 24.0, date => date.Date, date => date.AddHours(hours), "d MMM HH:mm")),
        .. new[] { 1, 2, 7 }.Select(days => new Step(days, date => date.Date, date => date.AddDays(days), "d MMM yyyy")),
        .. new[] { 1, 3, 6 }.Select(months => new Step(months * DaysPerMonth, date => new DateTime(date.Year, 1, 1), date => date.AddMonths(months), "MMM yyyy")),
        .. new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000 }.Select(years => new Step(
            12 * years * DaysPerMonth, date => new DateTime(Math.Max(years, date.Year / years * years), 1, 1), date => date.AddYears(years), "yyyy")),
    ];

    /// <summary>How far apart ticks are, from where they are counted, and how they are written.</summary>
    private sealed record Step(double Days, Func<DateTime, DateTime> Start, Func<DateTime, DateTime> Next, string Format);

    public Tick[] Ticks { get; private set; } = [];

    public int MaxTickCount { get; set; } = 100;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        // Not so near to the last of all dates that a step would lead beyond it.
        DateTime first = DateTime.FromOADate(Math.Clamp(range.Min, -600_000, 2_500_000)), last = DateTime.FromOADate(Math.Clamp(range.Max, -600_000, 2_500_000));
        Step step = s_steps.FirstOrDefault(Fits, s_steps[^1]);
        var ticks = new List<Tick>();
        for (DateTime date = step.Start(first); date <= last; date = step.Next(date))
        {
            if (date >= first)
                ticks.Add(Tick.Major(date.ToOADate(), date.ToString(step.Format, CultureInfo.InvariantCulture)));
        }
        Ticks = [.. ticks];

        bool Fits(Step step)
        {
            double count = Math.Max(1, range.Span / step.Days);
            float needed = edge.IsVertical() ? 2 * labelStyle.FontSize : labelStyle.Measure(last.ToString(step.Format, CultureInfo.InvariantCulture), paint).Width + Gap;
            return count <= MaxTickCount && count * needed <= size.Length;
        }
    }
}
