namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// Makes numbers that are the greater the odder a row is comparable: -log of the share of the training rows that are as odd, in nats. Beyond the
/// ninth tenth the rows are too few to count; there it goes on as an exponential tail with the mean of what they exceed it by.
/// </summary>
/// <param name="quantiles">The quantiles 0, 1/100, .. 90/100 of the training rows, ascending.</param>
/// <param name="excess">The mean of what the rows beyond the last quantile exceed it by, above 0.</param>
internal sealed class SurpriseScale(float[] quantiles, float excess)
{
    public const int Quantiles = 91;

    /// <summary>From here on, in nats, it grows as a logarithm, so that one view that sees a row far out does not silence the others.</summary>
    public const double Far = 6;

    public const double Tail = 0.1;

    public float[] Values { get; } = quantiles;

    public float Excess { get; } = excess;

    public static SurpriseScale Of(IEnumerable<float> values)
    {
        float[] ordered = [.. values.Order()];
        var quantiles = new float[Quantiles];
        for (int i = 0; i < Quantiles; i++)
        {
            double place = (ordered.Length - 1) * i / 100.0;
            int below = (int)place, above = Math.Min(below + 1, ordered.Length - 1);
            quantiles[i] = (float)(ordered[below] + (place - below) * ((double)ordered[above] - ordered[below]));
        }
        float[] beyond = [.. ordered.Where(value => value > quantiles[^1])];
        double mean = beyond.Length > 0 ? beyond.Average(value => (double)value - quantiles[^1]) : 0;
        return new SurpriseScale(quantiles, (float)Math.Clamp(mean, MinimumExcess(quantiles[^1]), float.MaxValue));
    }

    /// <summary>Where the greatest tenth is one value, and of that alone, anything beyond is far out, but not endlessly.</summary>
    public static double MinimumExcess(float greatest) => 1e-6 * (1 + Math.Abs((double)greatest));

    /// <summary>0 for the least odd training row; never NaN for a number.</summary>
    public double Surprise(float value)
    {
        if (value <= Values[^1])
            return -Math.Log(1 - Share(value));
        double tail = -Math.Log(Tail) + ((double)value - Values[^1]) / Excess;
        return tail <= Far ? tail : Far + Math.Log(1 + tail - Far);
    }

    // The share of the training rows below.
    private double Share(float value)
    {
        int found = Array.BinarySearch(Values, value);
        if (found >= 0)
            return found / 100.0;
        int above = ~found;
        if (above == 0)
            return 0;
        return (above - 1 + ((double)value - Values[above - 1]) / ((double)Values[above] - Values[above - 1])) / 100;
    }
}
