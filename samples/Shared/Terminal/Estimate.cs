using System.Globalization;

namespace Samples.Shared.Terminal;

/// <summary>A mean over rows and twice its standard error.</summary>
public readonly record struct Estimate(double Mean, double TwoStandardErrors)
{
    /// <summary>Of <paramref name="values"/>, one a row, summed in double precision.</summary>
    public static Estimate Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        double variance = values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Count - 1);
        return new Estimate(mean, 2 * Math.Sqrt(variance / values.Count));
    }

    public string Show(int digits = 3) =>
        string.Create(CultureInfo.InvariantCulture, $"{Mean.ToString("F" + digits, CultureInfo.InvariantCulture)} ")
        + $"+- {TwoStandardErrors.ToString("F" + digits, CultureInfo.InvariantCulture)}";
}
