using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Plots.Ticks;

/// <summary>What stands beside the ticks of an axis, the same in every culture.</summary>
internal static class TickLabels
{
    /// <summary>As many digits as the steps between numbers need, and short: 0.00 0.05 0.10; 0 50k 100k; 0 2e−6 4e−6.</summary>
    public static IReadOnlyList<string> Numbers(IReadOnlyList<double> values)
    {
        double step = values.Count > 1 ? Math.Abs(values[1] - values[0]) : Math.Abs(values.FirstOrDefault());
        double greatest = values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        int digits = Digits(step);
        if (digits > 4 || greatest >= 1e9)
            return [.. values.Select(value => Math.Abs(value) < step / 2 ? "0" : Scientific(value))];
        var (unit, sign) = greatest >= 1e6 && step >= 1e5 ? (1e6, "M") : greatest >= 1e4 && step >= 1e3 ? (1e3, "k") : (1, "");
        return sign.Length > 0
            ? [.. values.Select(value => Math.Abs(value) < step / 2 ? "0" : Text(value / unit, "F" + Digits(step / unit)) + sign)]
            : [.. values.Select(value => Text(value, (greatest >= 1e4 ? "N" : "F") + digits))];
    }

    /// <summary>One number by itself, such as a power of ten.</summary>
    public static string Number(double value) => Numbers([value])[0];

    private static int Digits(double step) => step > 0 ? Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9)) : 0;

    private static string Scientific(double value) => value.ToString("0.####e0", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    private static string Text(double value, string format)
    {
        string text = value.ToString(format, CultureInfo.InvariantCulture);
        // Never "-0".
        return double.Parse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture) == 0 ? text.TrimStart('-') : text.Replace('-', '\u2212');
    }
}
