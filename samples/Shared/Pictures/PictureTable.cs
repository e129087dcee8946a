using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.Shared.Pictures;

/// <summary>Small pictures with their labels.</summary>
public sealed class PictureTable
{
    private readonly List<PictureRow> _rows;

    public PictureTable(int channels, int height, int width, IEnumerable<PictureRow> rows)
    {
        (Channels, Height, Width) = (channels, height, width);
        _rows = [.. rows];
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public IReadOnlyList<PictureRow> Rows => _rows;

    /// <summary>The pictures of an idx file and the labels of another beside it: <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c>, packed or not.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="part"><c>train</c> or <c>t10k</c>.</param>
    /// <exception cref="IOException">A file is missing or no such file.</exception>
    public static PictureTable FromIdx(string folder, string part)
    {
        var (sizes, pixels) = IdxFile.Read(Find(folder, $"{part}-images-idx3-ubyte"));
        var (_, labels) = IdxFile.Read(Find(folder, $"{part}-labels-idx1-ubyte"));
        if (sizes.Length != 3 || labels.Length != sizes[0])
            throw new InvalidDataException($"The pictures and labels of '{part}' in '{folder}' do not belong to each other.");
        int size = sizes[1] * sizes[2];
        return new PictureTable(1, sizes[1], sizes[2], labels.Select((label, i) => new PictureRow
        {
            Pixels = pixels.AsSpan(i * size, size).ToArray(),
            Label = label.ToString(CultureInfo.InvariantCulture),
        }));
    }

    /// <summary>The first of them.</summary>
    public PictureTable Take(int count) => new(Channels, Height, Width, _rows.Take(count));

    /// <summary>As a table whose column <c>Pixels</c> knows its shape.</summary>
    public IDataView ToView(MLContext ml)
    {
        var definition = SchemaDefinition.Create(typeof(PictureRow));
        definition[nameof(PictureRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, Channels, Height, Width);
        return ml.Data.LoadFromEnumerable(_rows, definition);
    }

    private static string Find(string folder, string name) =>
        new[] { ".gz", "" }.Select(end => Path.Combine(folder, name + end)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"There is no '{name}' in '{folder}'.");
}

/// <summary>A picture: levels channel after channel, each row by row, and what it shows.</summary>
public sealed class PictureRow
{
    public byte[] Pixels { get; set; } = [];

    public string Label { get; set; } = "";
}
