namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// What images of a kind have in common whatever they show: how often each level is there given those to the left and above, in four classes each. What an image takes more bits than that says is
/// odd in it; bits alone are few for any picture without texture (Ren et al. 2019, Likelihood Ratios for Out-of-Distribution Detection).
/// </summary>
internal sealed class BackgroundModel(ImageSpec spec, float[] shares)
{
    /// <summary>The names of its array.</summary>
    public const string Part = "background", Shares = "shares";

    private const int Classes = 4;

    public const int Neighbourhoods = Classes * Classes;

    // ln of the share of each level, (C, neighbourhoods, levels).
    private readonly double[] _logs = Array.ConvertAll(shares, share => Math.Log(Math.Max((double)share, 1e-9)));

    /// <summary>ln p of an image.</summary>
    public double LogProbability(ReadOnlySpan<byte> image)
    {
        double sum = 0;
        for (int place = 0; place < image.Length; place++)
            sum += _logs[Neighbourhood(spec, image, place) * spec.LevelCount + image[place]];
        return sum;
    }

    /// <summary>Counts levels; each has a hundredth of an even share of all beside.</summary>
    public static void Count(ImageSpec spec, ImageTable images, float[] shares)
    {
        const double Even = 0.01;
        int levels = spec.LevelCount;
        var counts = new long[shares.Length];
        foreach (byte[] image in images.Images)
        {
            for (int place = 0; place < image.Length; place++)
                counts[Neighbourhood(spec, image, place) * levels + image[place]]++;
        }
        for (int start = 0; start < shares.Length; start += levels)
        {
            double sum = 0;
            foreach (long count in counts.AsSpan(start, levels))
                sum += count;
            for (int level = 0; level < levels; level++)
                shares[start + level] = (float)((sum > 0 ? (1 - Even) * counts[start + level] / sum : (1 - Even) / levels) + Even / levels);
        }
    }

    // Of the value at a place of an image (C, H, W). Beyond the edge is level 0.
    private static int Neighbourhood(ImageSpec spec, ReadOnlySpan<byte> image, int place)
    {
        int width = spec.Shape.Width, column = place % width, row = place / width % spec.Shape.Height, channel = place / (width * spec.Shape.Height);
        int left = column > 0 ? image[place - 1] : 0, above = row > 0 ? image[place - width] : 0;
        return (channel * Classes + left * Classes / spec.LevelCount) * Classes + above * Classes / spec.LevelCount;
    }
}
