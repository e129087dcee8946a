using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// What the arrays of a flow of images start from, those that are counted included: a coupling flow counts, for each value of an image, how often its levels are there in the training images. What is rare at a place has a part
/// of what it has at all places: <c>(count + 10 share) / (n + 10)</c>.
/// </summary>
internal static class LevelShares
{
    private const double Prior = 10, Even = 0.01;

    public static IReadOnlyList<NamedArray> Start(ImageSpec spec, ImageTable images, ulong seed)
    {
        var arrays = spec.Start(seed);
        if (spec.HasBackground)
            BackgroundModel.Count(spec, images, arrays.Single(array => array.Name == $"{BackgroundModel.Part}.{BackgroundModel.Shares}").Values);
        if (spec.Couplings is null)
            return arrays;
        float[] shares = arrays.Single(array => array.Name == ImageCouplingSpec.Start + "shares").Values;
        Array.Clear(shares);
        int levels = spec.LevelCount, channels = spec.Shape.Channels;
        var all = new double[levels];
        foreach (byte[] image in images.Images)
        {
            for (int row = 0; row < spec.PaddedHeight; row++)
            {
                for (int column = 0; column < spec.PaddedWidth; column++)
                {
                    bool isReal = row < spec.Shape.Height && column < spec.Shape.Width;
                    for (int channel = 0; channel < channels; channel++)
                    {
                        int level = isReal ? image[(channel * spec.Shape.Height + row) * spec.Shape.Width + column] : spec.Background;
                        shares[((row * spec.PaddedWidth + column) * channels + channel) * levels + level]++;
                        all[level]++;
                    }
                }
            }
        }
        double sum = all.Sum();
        for (int i = 0; i < shares.Length; i++)
            shares[i] = (float)((shares[i] + Prior * ((1 - Even) * all[i % levels] / sum + Even / levels)) / (images.Count + Prior));
        return arrays;
    }
}
