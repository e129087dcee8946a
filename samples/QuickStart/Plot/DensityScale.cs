namespace QuickStart.Plot;

/// <summary>
/// One colour scale for every density of a toy: the density as a share of the true density's peak, logarithmic over
/// <see cref="Decades"/>, so that a faint bridge between two modes shows as well as the modes do.
/// </summary>
internal sealed class DensityScale(double peakLogDensity)
{
    public const double Decades = 3;

    public byte[] Png(int columns, int rows, IReadOnlyList<double> logDensities)
    {
        var rgb = new byte[columns * rows * 3];
        for (int i = 0; i < columns * rows; i++)
        {
            double decades = (logDensities[i] - peakLogDensity) / Math.Log(10);
            Put(rgb, i, 1 + decades / Decades);
        }
        return PngEncoder.Encode(columns, rows, rgb);
    }

    /// <summary>The scale itself, dark at the top.</summary>
    public static byte[] Legend()
    {
        const int Steps = 256;
        var rgb = new byte[Steps * 3];
        for (int i = 0; i < Steps; i++)
            Put(rgb, i, 1 - i / (Steps - 1.0));
        return PngEncoder.Encode(1, Steps, rgb);
    }

    private static void Put(byte[] rgb, int pixel, double share) =>
        (rgb[3 * pixel], rgb[3 * pixel + 1], rgb[3 * pixel + 2]) = ColorMap.At(share);
}
