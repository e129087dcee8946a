using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML;

/// <summary>Flows of images in the transforms of an <see cref="MLContext"/>.</summary>
public static class NormalizingFlowsImageCatalog
{
    /// <summary>
    /// Learns the density of small images; the transformer adds the columns <c>LogDensity</c> and <c>BitsPerDimension</c> and draws new images.
    /// It takes the package Microsoft.ML.NormalizingFlows.TorchSharp.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="pixelColumnName">A vector column of Byte, Single or Double with levels from 0 to 255, as <c>ExtractPixels</c> gives it.</param>
    /// <param name="height">The height of an image; null takes that of the column's dimensions. So does the width.</param>
    /// <param name="width">The width of an image.</param>
    /// <param name="contextColumnName">What the density is given, such as a key column of labels; null for nothing.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A column name is empty, or is that of an output column.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadImages("Image", folder, "Path")
    ///     .Append(ml.Transforms.ResizeImages("Image", 28, 28))
    ///     .Append(ml.Transforms.ExtractPixels("Pixels", "Image", colorsToExtract: ImagePixelExtractingEstimator.ColorBits.Red))
    ///     .Append(ml.Transforms.ImageVariationalFlow("Pixels"));
    /// var model = pipeline.Fit(train);
    /// var scored = model.Transform(test);
    /// IDataView drawn = model.LastTransformer.Sample(64, seed: 7);
    /// </code>
    /// </example>
    public static ImageVariationalFlowEstimator ImageVariationalFlow(
        this TransformsCatalog catalog, string pixelColumnName = "Pixels", int? height = null, int? width = null, string? contextColumnName = null) =>
        catalog.ImageVariationalFlow(new ImageVariationalFlowOptions
        {
            PixelColumnName = pixelColumnName,
            Height = height,
            Width = width,
            ContextColumnName = contextColumnName,
        });

    /// <summary>Learns the density of small images, with all options.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="options">What to learn, how, and what to add; later changes of it are not seen.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public static ImageVariationalFlowEstimator ImageVariationalFlow(this TransformsCatalog catalog, ImageVariationalFlowOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ImageVariationalFlowEstimator(Environments.Of(catalog), options);
    }
}
