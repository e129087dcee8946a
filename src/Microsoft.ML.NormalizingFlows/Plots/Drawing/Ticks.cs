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
        Func<double, string> label = Labels(step, Math.Max(Math.Abs(min), Math.Abs(max)));
        return [.. Multiples(min, max, step).Select(value => new Tick(value, label(value)))];
    }

    /// <summary>
    /// The powers of ten within a range given by the decimal logarithms of its ends; where there are fewer than three, also twice and five
    /// times each.
    /// </summary>
    public static IReadOnlyList<Tick> Decades(double minLog, double maxLog)
    {
        double[] factors = Count(minLog, maxLog, 1) < 3 ? [1, 2, 5] : [1];
        return
        [
            .. from power in Multiples(Math.Floor(minLog), maxLog, 1)
               from factor in factors
               let log = power + Math.Log10(factor)
               where log >= minLog - 1e-9 && log <= maxLog + 1e-9
               select new Tick(log, Label(factor * Math.Pow(10, power), "F" + (int)Math.Max(0, -power))),
        ];
    }

    /// <summary>Short labels: 50k, 2.5M, 1e-6.</summary>
    private static Func<double, string> Labels(double step, double greatest)
    {
        int digits = Digits(step);
        if (digits > 4 || greatest >= 1e9)
            return Scientific;
        var (unit, sign) = greatest >= 1e6 && step >= 1e5 ? (1e6, "M") : greatest >= 1e4 && step >= 1e3 ? (1e3, "k") : (1, "");
        return sign.Length > 0
            ? value => Math.Abs(value) < step / 2 ? "0" : Label(value / unit, "F" + Digits(step / unit)) + sign
            : value => Label(value, (greatest >= 1e4 ? "N" : "F") + digits);
    }

    private static int Digits(double step) => Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));

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

    private static string Label(double value, string format)
    {
        // Never "-0".
        string text = (value + 0.0).ToString(format, CultureInfo.InvariantCulture);
        return text.Replace('-', '\u2212');
    }
}
