using System.Globalization;
using Samples.Shared.Terminal;

namespace PaperToys.OneDimension;

/// <summary>The slope of the inverse at 0, measured on the map itself and in closed form.</summary>
internal static class MapTable
{
    public static TextTable Of(IEnumerable<TwoGaussians> mixtures)
    {
        var table = new TextTable("mu", "s", "mu/s", "slope of the inverse at 0, measured", "s exp(mu^2/2s^2)", "given the component");
        foreach (TwoGaussians mixture in mixtures)
        {
            table.Add(
                Number(mixture.Mu), Number(mixture.S), Number(mixture.Mu / mixture.S), Number(Measured(mixture)),
                Number(mixture.SlopeAtZero), Number(mixture.S));
        }
        return table;
    }

    /// <summary>A difference quotient over a step far smaller than the cliff is wide, s^2 / mu.</summary>
    private static double Measured(TwoGaussians mixture)
    {
        double step = 1e-4 * mixture.S * mixture.S / mixture.Mu;
        return step / mixture.Map(step);
    }

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
