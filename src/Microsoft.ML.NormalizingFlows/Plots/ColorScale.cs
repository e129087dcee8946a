using Microsoft.ML.NormalizingFlows.Plots.Drawing;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// What the colours of a heat map mean, from white to deep blue. Lightness falls evenly along the scale, so that equal steps look
/// equal with every kind of colour vision, and in grey.
/// </summary>
/// <example>
/// <code>
/// var scale = ColorScale.LogDensity(peak: values.Max());
/// plot.Heat(area, columns: 200, rows: 200, values, scale);
/// </code>
/// </example>
public sealed class ColorScale
{
    private const int Decades = 3;
    private readonly double _low, _high;

    private ColorScale(double low, double high, string label, IReadOnlyList<Tick> ticks)
    {
        _low = low;
        _high = high;
        Label = label;
        Ticks = ticks;
    }

    /// <summary>What stands beside the scale.</summary>
    public string Label { get; }

    /// <summary>Where the scale is marked; 0 is its light end, 1 its dark end.</summary>
    internal IReadOnlyList<Tick> Ticks { get; }

    /// <summary>
    /// For natural logarithms of a density: the density as a share of a peak, logarithmic over three decades, so that a faint bridge
    /// between two modes shows as well as the modes do.
    /// </summary>
    /// <param name="peak">The log-density that is darkest, in nats; the same one makes plots comparable.</param>
    /// <param name="label">What stands beside the scale.</param>
    /// <returns>The scale.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The peak is not finite.</exception>
    public static ColorScale LogDensity(double peak, string label = "density / its peak")
    {
        ArgumentNullException.ThrowIfNull(label);
        ThrowIfNotFinite(peak, nameof(peak));
        string[] shares = ["0.001", "0.01", "0.1", "1"];
        return new ColorScale(
            peak - Decades * Math.Log(10), peak, label, [.. shares.Select((share, i) => new Tick((double)i / Decades, share))]);
    }

    /// <summary>For numbers from <paramref name="low"/>, white, to <paramref name="high"/>, dark; those beyond have the colour of the end.</summary>
    /// <param name="low">The light end.</param>
    /// <param name="high">The dark end, above <paramref name="low"/>.</param>
    /// <param name="label">What stands beside the scale.</param>
    /// <returns>The scale.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An end is not finite, or they are not in order.</exception>
    public static ColorScale Linear(double low, double high, string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        ThrowIfNotFinite(low, nameof(low));
        ThrowIfNotFinite(high, nameof(high));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        return new ColorScale(
            low, high, label, [.. Drawing.Ticks.Between(low, high).Select(tick => tick with { Value = (tick.Value - low) / (high - low) })]);
    }

    /// <summary>The values, row by row from the top left, as pixels.</summary>
    /// <param name="columns">Values beside one another.</param>
    /// <param name="rows">Values above one another.</param>
    /// <param name="values">The values; one that is NaN is white.</param>
    /// <param name="magnify">Pixels that a value is wide and high.</param>
    internal byte[] Png(int columns, int rows, IReadOnlyList<double> values, int magnify)
    {
        int width = columns * magnify, height = rows * magnify;
        var rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            double value = values[i / width / magnify * columns + i % width / magnify];
            double share = double.IsNaN(value) ? 0 : (value - _low) / (_high - _low);
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = ColorMap.At(share);
        }
        return PngEncoder.Encode(width, height, rgb);
    }

    private static void ThrowIfNotFinite(double value, string name)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(name, $"{name} is {value}, but must be a finite number.");
    }
}
