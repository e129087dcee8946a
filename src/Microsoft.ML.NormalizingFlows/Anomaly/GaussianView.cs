using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// How odd a row is to a mixture of Gaussians. A flow that is trained on rows with noise, so that few rows are not learned by heart, does not see what is narrower than
/// the noise, such as a ring in two of ten features; a few covariances are learned of as few rows without any. A mixture with states in place of flows, so to say: how
/// many, and how far they are drawn towards a common one, is what makes held-out rows likeliest.
/// </summary>
/// <param name="Mixture">Of standardised rows.</param>
/// <param name="Scale">Of minus its log-density.</param>
internal sealed record GaussianView(ShrunkMixture Mixture, SurpriseScale Scale)
{
    /// <summary>Gaussians at most, the background aside.</summary>
    public const int MaximumGaussians = 32;

    /// <summary>A covariance has the square of this, and is of no use beyond.</summary>
    public const int MaximumDimensions = 256;

    /// <summary>No Gaussian is narrower, in standard deviations.</summary>
    public const double Narrowest = 1e-3;

    /// <summary>The weight of N(0, I), so low that what no Gaussian has seen is odd.</summary>
    private const double Background = 1e-6;

    /// <summary>Fewer rows tell nothing that local states do not.</summary>
    private const int FewestRows = 10;

    /// <summary>Rows that choose: a tenth, and no fewer than these.</summary>
    private const int FewestHeldOut = 5;

    /// <summary>Rows for each feature of each of several Gaussians.</summary>
    private const int RowsPerFeature = 2;

    private static readonly double[] s_strengths = [5, 50];

    /// <summary>Fits a mixture to rows; null where these are too few, or too long.</summary>
    /// <param name="rows">Standardised rows.</param>
    /// <param name="random">Where random numbers come from.</param>
    public static GaussianView? Of(RowTable rows, RandomStream random)
    {
        if (rows.Count < FewestRows || rows.Dimensions > MaximumDimensions)
            return null;
        int[] order = random.Choose(rows.Count, rows.Count);
        int heldOut = Math.Max(FewestHeldOut, rows.Count / 10), most = (rows.Count - heldOut) / (RowsPerFeature * rows.Dimensions);
        int[] numbers = [.. Enumerable.Range(0, int.Log2(MaximumGaussians) + 1).Select(power => 1 << power).Where(number => number == 1 || number <= most)];
        var best = ShrunkMixture.Best(Part(order.AsSpan(heldOut)), Part(order.AsSpan(0, heldOut)), numbers, s_strengths, Background, random);
        var mixture = ShrunkMixture.Fit(rows, best.Components.Count, Background, random, best.Strength);
        return new GaussianView(mixture, SurpriseScale.Of(Enumerable.Range(0, rows.Count).Select(i => Oddness(mixture, rows[i]))));

        RowTable Part(ReadOnlySpan<int> places)
        {
            var part = new RowTable(rows.Dimensions);
            foreach (int place in places)
                part.Add(rows[place]);
            return part;
        }
    }

    /// <summary>In nats, as those of the other views.</summary>
    /// <param name="standardized">D values.</param>
    public double Surprise(ReadOnlySpan<float> standardized) => Scale.Surprise(Oddness(Mixture, standardized));

    private static float Oddness(ShrunkMixture mixture, ReadOnlySpan<float> standardized) => (float)Math.Min(-mixture.LogDensity(standardized), float.MaxValue);
}
