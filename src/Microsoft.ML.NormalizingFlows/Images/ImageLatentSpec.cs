using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>A latent z of an image as a whole: numbers with a normal distribution, or one of some states. The flow is given what a linear layer makes of it, a grid as that of words.</summary>
internal sealed record ImageLatentSpec
{
    /// <summary>Channels of the grid.</summary>
    public const int GridChannels = 16;

    public const int MaximumDimensions = 1_024, MaximumStates = 256, MaximumDraws = 4_096;

    /// <summary><see cref="ImageLatent.Continuous"/> or <see cref="ImageLatent.Discrete"/>.</summary>
    public required ImageLatent Kind { get; init; }

    /// <summary>Numbers of z, or its states.</summary>
    public required int Size { get; init; }

    /// <summary>Draws of numbers that log p(x) is bounded by where images are scored.</summary>
    public int Draws { get; init; } = 1;

    public void AddTo(ImageParameters list, ImageSpec image)
    {
        list.Begin("latent");
        if (Kind == ImageLatent.Continuous)
        {
            int hidden = image.HiddenChannels;
            list.AddConvolution("input", 2 * image.Shape.Channels, hidden, 3);
            for (int i = 0; i < CodeSpec.Halvings; i++)
                list.AddConvolution($"halvings.{i}", hidden, hidden, 4);
            // Nothing at first: what is given to an image is then what is drawn for any.
            list.AddDense("posterior", image.CodeRows * image.CodeColumns * hidden, 2 * Size, gain: 0);
            if (image.Context > 0)
                list.Add("context.weight", ParameterStart.Zeros, 2 * Size, image.Context);
        }
        else
        {
            list.Add("logits", ParameterStart.Zeros, Size);
        }
        list.Add("grid.weight", ParameterStart.Normal(1), image.CodeRows * image.CodeColumns * GridChannels, Size);
    }

    /// <summary>Checks a description that a file claims.</summary>
    /// <exception cref="ArgumentException">It is impossible.</exception>
    public void Validate()
    {
        if (Kind is not (ImageLatent.Continuous or ImageLatent.Discrete))
            throw new ArgumentException($"{Kind} is no latent of an image as a whole.");
        Ranges.Integer("The size of the latent", Size, 1, Kind == ImageLatent.Continuous ? MaximumDimensions : MaximumStates);
        Ranges.Integer("The number of draws", Draws, 1, MaximumDraws);
    }
}
