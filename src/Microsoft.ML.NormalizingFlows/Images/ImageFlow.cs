namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// The flow of images. Those over the lattice of the pixels give each pixel a probability given those before it, so that log p(x) is exact; coupling flows map an image as a whole in one
/// pass each way, and log p(x) is a lower bound, over the noise that stands between the levels. All coupling flows are of one architecture: 2 x 2 pixels become channels twice, half of the channels are done
/// behind the first time, and a layer maps some channels as convolutions of the others say.
/// </summary>
/// <example>
/// <code>
/// var options = new ImageVariationalFlowOptions { PixelColumnName = "Pixels", Flow = ImageFlow.Raster };
/// </code>
/// </example>
public enum ImageFlow
{
    /// <summary>
    /// From coarse to fine: every fourth pixel of every fourth line one after the other, then those between them in six steps, each of all
    /// pixels of its kind at once. New images are drawn in a step for each coarse pixel and six more.
    /// </summary>
    Polyphase,

    /// <summary>
    /// Line by line, as in a PixelCNN (van den Oord et al. 2016). It learns more in the same time and draws slowly: a step for each pixel.
    /// </summary>
    Raster,

    /// <summary>Couplings that scale and shift (Dinh et al. 2017), of pixels and of channels in turn.</summary>
    RealNvp,

    /// <summary>Couplings that scale and shift, with a linear map of the channels in front of each (Kingma and Dhariwal 2018).</summary>
    Glow,

    /// <summary>Couplings with rational-quadratic splines of eight bins (Durkan et al. 2019).</summary>
    SplineCoupling,

    /// <summary>Couplings with the distribution function of a mixture of four logistics, as in Flow++ (Ho et al. 2019), whose attention <see cref="ImageVariationalFlowOptions.Attention"/> adds.</summary>
    MixtureCoupling,

    /// <summary>
    /// Couplings that add to the channels of a pixel what a network with slopes below 1 says of them together, with a linear map of the channels in front of each: the map of residual flows (Chen et al. 2019) with an exact determinant, in
    /// which other pixels are seen through what passes. The convolutions of that paper go over all channels, and their determinant is an estimate. It is inverted in steps.
    /// </summary>
    ResidualCoupling,

    /// <summary>
    /// No flow: each value scaled and shifted as the latent says, all at once. With a <see cref="ImageLatent.Sequential"/> latent that is a VQ-VAE (van den Oord et al. 2017), whose bits
    /// are counted as those of flows are.
    /// </summary>
    GaussianDecoder,
}

/// <summary>What a flow of images is conditioned on beside the pixels before.</summary>
/// <example>
/// <code>
/// var options = new ImageVariationalFlowOptions { Latent = ImageLatent.Sequential, LatentCodesColumnName = "LatentCodes", CodeBitsColumnName = "CodeBits" };
/// </code>
/// </example>
public enum ImageLatent
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>
    /// One of some states: a mixture of as many flows that share their networks. The log-density is summed over the states, so that it is what it is without them, exact or a bound; a step takes as
    /// many times as long.
    /// </summary>
    Discrete,

    /// <summary>
    /// Numbers with a normal distribution, which an encoder gives the image a part of (Kingma and Welling 2014). With <see cref="ImageFlow.GaussianDecoder"/> that is a variational autoencoder. The log-density is
    /// a lower bound, which comes closer the more draws it is made of (Burda et al. 2016).
    /// </summary>
    Continuous,

    /// <summary>
    /// Words of a code book for each 4 x 4 pixels, which an encoder gives the image and a Transformer learns the probability of (arXiv 2211.11638). They name what is alike in images; the
    /// log-density is a lower bound, and with flows over the lattice lower than without.
    /// </summary>
    Sequential,
}

/// <summary>The form of the distribution of a pixel's level given the pixels before it.</summary>
/// <example>
/// <code>
/// var options = new ImageVariationalFlowOptions { PixelColumnName = "Pixels", PixelDistribution = PixelDistribution.Logistics };
/// </code>
/// </example>
public enum PixelDistribution
{
    /// <summary><see cref="Categorical"/> where the levels of the training images are spiky or few, else <see cref="Logistics"/>.</summary>
    Automatic,

    /// <summary>A probability of its own for each level: for drawings, scans and what few levels make up.</summary>
    Categorical,

    /// <summary>A mixture of ten logistic distributions and one level that stands out, such as a background: for photographs.</summary>
    Logistics,
}
