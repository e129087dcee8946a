using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.NormalizingFlows.Images;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>
/// Images as networks see them, filled up to the size of the lattice with pixels of the background: levels as numbers from -1 to 1, which of them
/// are not the background, and the levels themselves, each (B, C, H, W).
/// </summary>
internal sealed class ImagePlanes
{
    private readonly Tensor _values, _flags, _levels;
    private readonly int _height, _width;
    private readonly byte[] _images;
    private readonly int _count;

    /// <param name="spec">The flow.</param>
    /// <param name="images">Levels, (count, C, padded H, padded W).</param>
    /// <param name="count">Of the images.</param>
    /// <param name="device">Where they go.</param>
    public ImagePlanes(ImageSpec spec, ReadOnlySpan<byte> images, int count, Device device)
    {
        (_height, _width, _images, _count) = (spec.PaddedHeight, spec.PaddedWidth, images.ToArray(), count);
        float[] values = new float[images.Length], flags = new float[images.Length];
        var levels = new long[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            (values[i], flags[i]) = NumberAndFlag(spec, images[i]);
            levels[i] = images[i];
        }
        long[] shape = [count, spec.Shape.Channels, _height, _width];
        _values = ImageWeights.Copied(tensor(values, shape), device);
        _flags = ImageWeights.Copied(tensor(flags, shape), device);
        _levels = ImageWeights.Copied(tensor(levels, shape), device);
    }

    /// <summary>A level as a number from -1 to 1, and 1 where it is not the background.</summary>
    public static (float Number, float Flag) NumberAndFlag(ImageSpec spec, byte level) => (level * (2f / (spec.LevelCount - 1)) - 1, level == spec.Background ? 0 : 1);

    /// <summary>Numbers and flags of some groups of pixels, (B, h, w, 2 C groups).</summary>
    public Tensor Inputs(PixelGroup group, IReadOnlyList<(int Row, int Column)> first) =>
        cat([.. first.SelectMany(place => new[] { Of(_values, group, place), Of(_flags, group, place) }).Select(plane => plane.permute(0, 2, 3, 1))], 3);

    /// <summary>Numbers and flags of all pixels, (B, 2 C, H, W).</summary>
    public Tensor All() => cat([_values, _flags], 1);

    /// <summary>A number of each image that follows from its levels, for random numbers of its own.</summary>
    public ulong[] Hashes()
    {
        var hashes = new ulong[_count];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        int size = _images.Length / Math.Max(1, _count);
        for (int image = 0; image < _count; image++)
        {
            SHA256.HashData(_images.AsSpan(image * size, size), hash);
            hashes[image] = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        }
        return hashes;
    }

    /// <summary>The levels of all values, int64, (B, H, W, C).</summary>
    public Tensor AllLevels() => _levels.permute(0, 2, 3, 1);

    /// <summary>The numbers of a group, a row a pixel, (P, C).</summary>
    public Tensor Values(PixelGroup group) => Rows(_values, group);

    public Tensor Flags(PixelGroup group) => Rows(_flags, group);

    public Tensor Levels(PixelGroup group) => Rows(_levels, group);

    /// <summary>Images (count, D) as images of the size of the lattice.</summary>
    public static byte[] Pad(ImageSpec spec, ReadOnlySpan<byte> images, int count)
    {
        var (shape, height, width) = (spec.Shape, spec.PaddedHeight, spec.PaddedWidth);
        var padded = new byte[count * shape.Channels * height * width];
        padded.AsSpan().Fill((byte)spec.Background);
        for (int plane = 0; plane < count * shape.Channels; plane++)
        {
            for (int row = 0; row < shape.Height; row++)
                images.Slice((plane * shape.Height + row) * shape.Width, shape.Width).CopyTo(padded.AsSpan((plane * height + row) * width));
        }
        return padded;
    }

    /// <summary>Takes values of the size of the lattice (count, C, padded H, padded W) back to the size of the images.</summary>
    public static void Crop<T>(ImageSpec spec, ReadOnlySpan<T> padded, int count, Span<T> images)
    {
        var (shape, height, width) = (spec.Shape, spec.PaddedHeight, spec.PaddedWidth);
        for (int plane = 0; plane < count * shape.Channels; plane++)
        {
            for (int row = 0; row < shape.Height; row++)
                padded.Slice((plane * height + row) * width, shape.Width).CopyTo(images[((plane * shape.Height + row) * shape.Width)..]);
        }
    }

    private Tensor Of(Tensor all, PixelGroup group, (int Row, int Column) first) =>
        all.slice(2, first.Row, _height, group.Stride).slice(3, first.Column, _width, group.Stride);

    private Tensor Rows(Tensor all, PixelGroup group) => Of(all, group, group.First).permute(0, 2, 3, 1).reshape(-1, all.shape[1]);
}
