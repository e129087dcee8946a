namespace Microsoft.ML.NormalizingFlows;

/// <summary>In which order a flow of images goes through the pixels: each is given those before it, so that log p(x) is exact.</summary>
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
    /// Words of a code book for each 4 x 4 pixels, which an encoder gives the image and a Transformer learns the probability of (arXiv 2211.11638). They name what is alike in images; the
    /// log-density is a lower bound, and with these flows lower than without.
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
