using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>Gathers the parameters of the networks of an image flow.</summary>
internal sealed class ImageParameters
{
    private readonly List<ParameterSpec> _items = [];
    private string _part = "";

    public IReadOnlyList<ParameterSpec> Items => _items;

    public void Begin(string part) => _part = part;

    public void Add(string name, FillStart start, params long[] shape) => _items.Add(new ParameterSpec($"{_part}.{name}", shape, start, ("", 0)));

    /// <summary>A convolution with a square kernel, whose weights start normal with deviation <c>gain sqrt(2 / n)</c> with n weights that lead to a value (He et al. 2015).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="size">Of the kernel.</param>
    /// <param name="maskedTo">What part of the weights a mask leaves: 1 of so many.</param>
    /// <param name="gain">0 for a convolution that starts as nothing.</param>
    public void AddConvolution(string name, int inputs, int outputs, int size, int maskedTo = 1, float gain = 1)
    {
        Add(name + ".weight", ParameterStart.Normal(gain * MathF.Sqrt(2f * maskedTo / (inputs * size * size))), outputs, inputs, size, size);
        Add(name + ".bias", ParameterStart.Zeros, outputs);
    }

    /// <summary>A network of residual blocks over a lattice, which sees a place of its own, the context and the words.</summary>
    /// <param name="image">The flow.</param>
    /// <param name="rows">Of the lattice.</param>
    /// <param name="columns">Of the lattice.</param>
    /// <param name="inputs">Channels in; 0 for none.</param>
    /// <param name="size">Of the kernel of the first convolution.</param>
    /// <param name="maskedTo">See <see cref="AddConvolution"/>.</param>
    public void AddNetwork(ImageSpec image, int rows, int columns, int inputs, int size, int maskedTo)
    {
        int hidden = image.HiddenChannels;
        if (inputs > 0)
            AddConvolution("input", inputs, hidden, size, maskedTo);
        AddOffsets(image, rows, columns, hidden);
        for (int block = 0; block < image.Blocks; block++)
        {
            AddDense($"blocks.{block}.narrow", hidden, hidden / 2);
            AddConvolution($"blocks.{block}.near", hidden / 2, hidden / 2, 3, maskedTo);
            AddDense($"blocks.{block}.wide", hidden / 2, hidden, gain: 0);
        }
    }

    /// <summary>What a network adds to its channels for a place, for the context and for the words.</summary>
    public void AddOffsets(ImageSpec image, int rows, int columns, int channels)
    {
        Add("position", ParameterStart.Zeros, rows, columns, channels);
        if (image.Context > 0)
            Add("context.weight", ParameterStart.Zeros, channels, image.Context);
        if (image.GridChannels > 0)
            Add("codes.weight", ParameterStart.Normal(1 / MathF.Sqrt(image.GridChannels)), channels, image.GridChannels);
    }

    public void AddDense(string name, int inputs, int outputs, float gain = 1, FillStart? bias = null)
    {
        Add(name + ".weight", ParameterStart.Normal(gain * MathF.Sqrt(2f / inputs)), outputs, inputs);
        Add(name + ".bias", bias ?? ParameterStart.Zeros, outputs);
    }
}
