using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>
/// Pictures of 4 x 4 pixels of four levels, whose entropy is known: the left half is any, with two bits a pixel, and the right half is its mirror image. Those named
/// <c>dark</c> have the two lower levels alone, one bit a pixel of the left half.
/// </summary>
internal static class SmallPictures
{
    public const int Size = 4, Values = Size * Size;

    /// <summary>Bits of a value of a picture that is not dark.</summary>
    public const double Entropy = 1;

    public static Picture[] Draw(int count, ulong seed, string name = "any")
    {
        var random = RandomStream.For(seed, "pictures");
        return [.. Enumerable.Range(0, count).Select(_ => One(random, name))];
    }

    private static Picture One(RandomStream random, string name)
    {
        var pixels = new float[Values];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size / 2; column++)
                pixels[row * Size + column] = pixels[row * Size + Size - 1 - column] = 64 * random.NextInt(name == "dark" ? 2 : 4);
        }
        return new Picture { Pixels = pixels, Name = name };
    }

    public static IDataView View(MLContext ml, IEnumerable<Picture> pictures, params int[] dimensions)
    {
        var definition = SchemaDefinition.Create(typeof(Picture));
        definition[nameof(Picture.Pixels)].ColumnType = dimensions is [0] ? new VectorDataViewType(NumberDataViewType.Single)
            : new VectorDataViewType(NumberDataViewType.Single, dimensions.Length > 0 ? dimensions : [1, Size, Size]);
        return ml.Data.LoadFromEnumerable(pictures, definition);
    }

    /// <summary>Options of a training of seconds.</summary>
    public static ImageVariationalFlowOptions Options(int epochs = 2) => new()
    {
        Bits = 2,
        HiddenChannels = 16,
        Blocks = 1,
        PixelBitsColumnName = "PixelBits",
        Training = { Epochs = epochs, BatchSize = 32, LearningRate = 5e-3, Seed = 1 },
    };
}

public sealed class Picture
{
    public float[] Pixels { get; set; } = [];

    public string Name { get; set; } = "";
}
