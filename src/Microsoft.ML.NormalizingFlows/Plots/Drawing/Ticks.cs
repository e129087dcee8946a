using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Plots.Drawing;

/// <summary>A place on an axis, in the units of the view, and what stands beside it.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Where the ticks of an axis are.</summary>
internal static class Ticks
{
    private const int Usual = 8;

    /// <summary>The multiples of 1, 2 or 5 times a power of ten within the range; the smallest such step that gives at most <paramref name="most"/>.</summary>
    public static IReadOnlyList<Tick> Between(double min, double max, int most = Usual)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10((max - min) / most)));
        double step = new[] { 1, 2, 5, 10, 20, 50 }.Select(factor => factor * power).First(step => Count(min, max, step) <= most);
        int digits = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        bool scientific = digits > 4 || Math.Max(Math.Abs(min), Math.Abs(max)) >= 1e6;
        return [.. Multiples(min, max, step).Select(value => new Tick(value, scientific ? Scientific(value) : Label(value, digits)))];
    }

    /// <summary>The powers of ten within a range given by the decimal logarithms of its ends.</summary>
    public static IReadOnlyList<Tick> Decades(double minLog, double maxLog) =>
        [.. Multiples(minLog, maxLog, 1).Select(log => new Tick(log, Label(Math.Pow(10, log), (int)Math.Max(0, -log))))];

    private static int Count(double min, double max, double step) => Multiples(min, max, step).Count();

    private static IEnumerable<double> Multiples(double min, double max, double step)
    {
        // An end that is a multiple but for rounding has a tick.
        const double Rounding = 1e-9;
        double last = Math.Floor(max / step + Rounding);
        for (double k = Math.Ceiling(min / step - Rounding); k <= last; k++)
            yield return k * step;
    }

    /// <summary>Such as 2.5e6, for numbers that would be long otherwise.</summary>
    private static string Scientific(double value) =>
        Math.Abs(value) < double.Epsilon ? "0" : value.ToString("0.####e0", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    private static string Label(double value, int digits)
    {
        // Never "-0".
        string text = (value + 0.0).ToString("F" + digits, CultureInfo.InvariantCulture);
        return text.Replace('-', '\u2212');
    }
}
