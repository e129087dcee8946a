using Samples.Shared.Pictures;
using SkiaSharp;

namespace ImagesSample;

/// <summary>The pictures of a folder, as they are in idx files, or made grey and scaled to one size.</summary>
internal static class PictureFolder
{
    /// <summary>Of the pictures that no file says to be test pictures.</summary>
    private const int OneInTest = 10;

    private static readonly string[] s_endings = [".png", ".jpg", ".jpeg", ".bmp"];

    /// <returns>The pictures to train on, and others.</returns>
    /// <exception cref="IOException">There are none, or one cannot be read.</exception>
    public static (PictureTable Train, PictureTable Test) Read(string folder, int size)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        if (Directory.EnumerateFiles(folder, "train-images-idx3-ubyte*").Any())
            return (PictureTable.FromIdx(folder, "train"), PictureTable.FromIdx(folder, "t10k"));
        PictureRow[] rows = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => s_endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal).Select(file => Decode(file, size))];
        if (rows.Length < 2 * OneInTest)
            throw new FileNotFoundException($"'{folder}' has {rows.Length} pictures ({string.Join(", ", s_endings)}), but at least {2 * OneInTest} are needed.");
        new Random(1).Shuffle(rows);
        int test = rows.Length / OneInTest;
        return (new PictureTable(1, size, size, rows[test..]), new PictureTable(1, size, size, rows[..test]));
    }

    private static PictureRow Decode(string file, int size)
    {
        using SKBitmap picture = SKBitmap.Decode(file) ?? throw new InvalidDataException($"'{file}' is no picture that can be read.");
        using SKBitmap small = picture.Resize(new SKImageInfo(size, size), new SKSamplingOptions(SKCubicResampler.Mitchell));
        return new PictureRow
        {
            Pixels = [.. small.Pixels.Select(color => (byte)Math.Round(0.299 * color.Red + 0.587 * color.Green + 0.114 * color.Blue))],
            Label = Path.GetFileName(Path.GetDirectoryName(file)) ?? "",
        };
    }
}
