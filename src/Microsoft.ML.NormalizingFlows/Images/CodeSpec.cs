using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>
/// A sequential latent (arXiv 2211.11638, section on images): z is a grid of words of a code book, which an encoder gives the image (van den Oord et al. 2017, Neural Discrete
/// Representation Learning); the flow is given z, and a Transformer learns p(z) afterwards. Since z follows from x, <c>log p(x) &gt;= log p(z) + log p(x|z)</c>.
/// </summary>
internal sealed record CodeSpec
{
    /// <summary>A word stands for 2^n x 2^n pixels.</summary>
    public const int Halvings = 2;

    public const int MaximumWords = 1_024, MaximumDimensions = 256, MaximumLayers = 24, MaximumWidth = 1_024, MaximumTopCodes = 256;

    /// <summary>Values of a head of attention.</summary>
    public const int HeadWidth = 32;

    /// <summary>The logits of the prior that follow from the place alone.</summary>
    public const string Places = "prior.places";

    /// <summary>The names of what is not learned by gradients begin so.</summary>
    public const string Book = "book.";

    /// <summary>K, the words of the code book.</summary>
    public required int Words { get; init; }

    /// <summary>e, values of a word.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Blocks of the Transformer.</summary>
    public required int PriorLayers { get; init; }

    /// <summary>w, its values a position; a multiple of <see cref="HeadWidth"/>.</summary>
    public required int PriorWidth { get; init; }

    /// <summary>How many words, the nearest first, log p(x) is summed over where images are scored.</summary>
    public int TopCodes { get; init; } = 1;

    /// <summary>Whether the prior is told the word above each, and starts from how frequent each word is at each place; false in files of an earlier version.</summary>
    public bool KnowsGrid { get; init; }

    /// <summary>
    /// Whether the encoder halves the image at once and not behind a convolution of all its pixels, which takes most of its time; false in files of an earlier version.
    /// </summary>
    public bool HalvesAtOnce { get; init; }

    public void AddTo(ImageParameters list, ImageSpec image)
    {
        int hidden = image.HiddenChannels, width = PriorWidth;
        list.Begin("encoder");
        list.AddConvolution("input", 2 * image.Shape.Channels, hidden, HalvesAtOnce ? 4 : 3);
        for (int i = HalvesAtOnce ? 1 : 0; i < Halvings; i++)
            list.AddConvolution($"halvings.{i}", hidden, hidden, 4);
        list.AddConvolution("near", hidden, hidden, 3);
        list.AddConvolution("words", hidden, Dimensions, 1);
        // Empty until the first step of training fills it: a share of 0 says so.
        list.Begin("book");
        list.Add("words", ParameterStart.Normal(1), Words, Dimensions);
        list.Add("sums", ParameterStart.Zeros, Words, Dimensions);
        list.Add("shares", ParameterStart.Zeros, Words);
        list.Begin("prior");
        list.Add("words", ParameterStart.Normal(0.02f), Words, width);
        list.Add("start", ParameterStart.Normal(0.02f), width);
        list.Add("position", ParameterStart.Normal(0.02f), image.CodeLength, width);
        if (image.Context > 0)
            list.Add("context.weight", ParameterStart.Zeros, width, image.Context);
        for (int layer = 0; layer < PriorLayers; layer++)
        {
            AddNorm(list, $"layers.{layer}.before", width);
            list.AddDense($"layers.{layer}.attention", width, 3 * width, gain: 0.7f);
            list.AddDense($"layers.{layer}.mixed", width, width, gain: 0);
            AddNorm(list, $"layers.{layer}.between", width);
            list.AddDense($"layers.{layer}.wide", width, 4 * width);
            list.AddDense($"layers.{layer}.narrow", 4 * width, width, gain: 0);
        }
        AddNorm(list, "end", width);
        list.AddDense("logits", width, Words, gain: 0);
        if (!KnowsGrid)
            return;
        list.Add("above", ParameterStart.Normal(0.02f), Words, width);
        list.Add("places", ParameterStart.Zeros, image.CodeLength, Words);
    }

    /// <summary>Checks a description that a file claims.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is impossible.</exception>
    public void Validate()
    {
        Ranges.Integer("The number of words", Words, 2, MaximumWords);
        Ranges.Integer("The number of values of a word", Dimensions, 1, MaximumDimensions);
        Ranges.Integer("The number of layers of the prior", PriorLayers, 1, MaximumLayers);
        Ranges.Integer("The width of the prior", PriorWidth, HeadWidth, MaximumWidth);
        Ranges.Integer("The number of words that are summed over", TopCodes, 1, MaximumTopCodes);
        Ranges.Integer("The rest of the width of the prior", PriorWidth % HeadWidth, 0, 0);
    }

    private static void AddNorm(ImageParameters list, string name, int width)
    {
        list.Add(name + ".weight", ParameterStart.Constant(1), width);
        list.Add(name + ".bias", ParameterStart.Zeros, width);
    }
}
