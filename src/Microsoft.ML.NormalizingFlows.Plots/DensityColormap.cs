using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// A perceptual colour scale, white to deep blue over yellow, green and teal: in OKLCh (Ottosson 2020) lightness falls
/// evenly along the scale, so that equal steps look equal, with every kind of colour vision and in grey.
/// </summary>
internal sealed class DensityColormap : IColormap
{
    public string Name => "White to deep blue";

    public Color GetColor(double position)
    {
        if (double.IsNaN(position))
            return Colors.Transparent;
        double t = Math.Clamp(position, 0, 1);
        double lightness = 1 - 0.72 * t;
        // White has no chroma, and within sRGB a teal of middle lightness can have no more than 0.098.
        double chroma = 0.098 * Math.Sin(0.8 * Math.PI * Math.Pow(t, 0.8));
        double hue = (100 + 180 * t) * Math.PI / 180;
        return FromOklab(lightness, chroma * Math.Cos(hue), chroma * Math.Sin(hue));
    }

    private static Color FromOklab(double lightness, double a, double b)
    {
        double l = Math.Pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        double m = Math.Pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        double s = Math.Pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return new Color(
            Gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    private static byte Gamma(double linear)
    {
        double v = Math.Clamp(linear, 0, 1);
        double coded = v <= 0.0031308 ? 12.92 * v : 1.055 * Math.Pow(v, 1 / 2.4) - 0.055;
        return (byte)Math.Round(255 * coded);
    }
}
