using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Images;

/// <summary>The form of a column of pixels; saved with the model, and that of images that are drawn.</summary>
internal sealed record PixelForm
{
    public required string Name { get; init; }

    public required PixelItem Item { get; init; }

    /// <summary>Whether the channels of a pixel stand side by side.</summary>
    public required bool IsInterleaved { get; init; }

    /// <summary>The dimensions of the vector, whose product is D.</summary>
    public required IReadOnlyList<int> Dimensions { get; init; }

    /// <summary>The type of the column, or of one in its form.</summary>
    public VectorDataViewType Type(PrimitiveDataViewType item) => new(item, Dimensions.ToArray());

    public VectorDataViewType Type() => Type(Item switch
    {
        PixelItem.Byte => NumberDataViewType.Byte,
        PixelItem.Single => NumberDataViewType.Single,
        PixelItem.Double => NumberDataViewType.Double,
        var unknown => throw new InvalidOperationException($"{unknown} is no type of pixels."),
    });

    /// <summary>Where the value of a slot of the column stands in an image: channel after channel, each row by row.</summary>
    public int PlaceOf(int slot, ImageShape shape) => IsInterleaved ? slot % shape.Channels * shape.Pixels + slot / shape.Channels : slot;
}

/// <summary>The type of a pixel.</summary>
internal enum PixelItem
{
    Byte,
    Single,
    Double,
}

/// <summary>Copies the levels of the current image, D of them; false where a pixel is missing.</summary>
internal delegate bool ReadLevels(Span<byte> levels);

/// <summary>Finds and reads a column of pixels. Every error is one sentence that names the column, what was found, and what to do.</summary>
internal sealed record PixelColumn(DataViewSchema.Column Column, ImageShape Shape, PixelForm Form)
{
    /// <summary>The column that training is to read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or its shape is not known or another than asked for.</exception>
    public static PixelColumn Find(DataViewSchema schema, ImageVariationalFlowOptions options)
    {
        string name = options.PixelColumnName;
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(column => !column.IsHidden).Select(column => column.Name));
        if (column.Type is not VectorDataViewType vector || ItemOf(vector.ItemType) is not { } item)
            throw WrongType(name, column.Type.ToString()!);
        if (!vector.IsKnownSize)
            throw UnknownSize(name);
        if (vector.Size > FlowLimits.Dimensions)
            throw Error(FormattableString.Invariant($"The column '{name}' has {vector.Size:N0} values an image, but at most {FlowLimits.Dimensions:N0} are possible: make the images smaller with ResizeImages."));
        var shape = ShapeOf(name, vector, options);
        return new PixelColumn(column, shape, new PixelForm { Name = name, Item = item, IsInterleaved = options.InterleavedPixels && shape.Channels > 1, Dimensions = [.. vector.Dimensions] });
    }

    /// <summary>The column of a table that is to be scored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or of another size than in training.</exception>
    public static PixelColumn Find(DataViewSchema schema, PixelForm form, ImageShape shape)
    {
        var column = schema.GetColumnOrNull(form.Name) ?? throw Missing(form.Name, schema.Where(column => !column.IsHidden).Select(column => column.Name));
        if (column.Type is not VectorDataViewType vector || ItemOf(vector.ItemType) is null)
            throw WrongType(form.Name, column.Type.ToString()!);
        if (!vector.IsKnownSize)
            throw UnknownSize(form.Name);
        bool hasOtherShape = vector.Dimensions.Length > 1 && form.Dimensions.Count > 1 && !vector.Dimensions.SequenceEqual(form.Dimensions);
        if (vector.Size != shape.Values || hasOtherShape)
            throw Error($"The column '{form.Name}' has images of {string.Join(" x ", vector.Dimensions)} values, but the model was trained on {string.Join(" x ", form.Dimensions)}: make them the same with ResizeImages and ExtractPixels.");
        return new PixelColumn(column, shape, form);
    }

    /// <summary>Checks the column of that name in a schema that is only promised, where sizes are not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent or of another type.</exception>
    public static void Check(SchemaShape schema, string name)
    {
        if (!schema.Any(column => column.Name == name))
            throw Missing(name, schema.Select(column => column.Name));
        var found = schema.First(column => column.Name == name);
        if (found.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw UnknownSize(name);
        if (found.Kind != SchemaShape.Column.VectorKind.Vector || found.IsKey || ItemOf(found.ItemType) is null)
            throw WrongType(name, found.IsKey ? $"a key of {found.ItemType}" : $"{found.Kind} of {found.ItemType}");
    }

    /// <summary>Reads the images of a row or cursor, floored to so many bits.</summary>
    /// <param name="row">Of a table in which the column has its place.</param>
    /// <param name="bits">From 1 to 8.</param>
    public ReadLevels Reader(DataViewRow row, int bits)
    {
        var column = row.Schema[Column.Index];
        return ItemOf(((VectorDataViewType)column.Type).ItemType) switch
        {
            PixelItem.Byte => Reader(row, row.GetGetter<VBuffer<byte>>(column), bits, value => value),
            PixelItem.Single => Reader(row, row.GetGetter<VBuffer<float>>(column), bits, value => value),
            PixelItem.Double => Reader(row, row.GetGetter<VBuffer<double>>(column), bits, value => value),
            var unknown => throw new InvalidOperationException($"{unknown} is no type of pixels."),
        };
    }

    private ReadLevels Reader<T>(DataViewRow row, ValueGetter<VBuffer<T>> getter, int bits, Func<T, double> convert)
    {
        VBuffer<T> buffer = default;
        return levels =>
        {
            getter(ref buffer);
            if (buffer.Length == 0)
                return false;
            if (buffer.Length != Shape.Values)
                throw new InvalidOperationException($"Row {row.Position} (counted from 0) has an image of {buffer.Length} values in '{Column.Name}', not the {Shape.Values} of the others: make all images the same size with ResizeImages.");
            var values = buffer.GetValues();
            var indices = buffer.GetIndices();
            if (!buffer.IsDense)
                levels.Clear();
            bool isWhole = true;
            for (int i = 0; i < values.Length; i++)
            {
                int slot = buffer.IsDense ? i : indices[i];
                double value = convert(values[i]);
                if (double.IsNaN(value))
                    isWhole = false;
                else if (!(value >= 0 && value <= byte.MaxValue && value == Math.Floor(value)))
                    throw NoLevel(row.Position, slot, value);
                else
                    levels[Form.PlaceOf(slot, Shape)] = (byte)((int)value >> (ImageSpec.MaximumBits - bits));
            }
            return isWhole;
        };
    }

    private InvalidOperationException NoLevel(long row, int slot, double value) => new(FormattableString.Invariant(
        $"Row {row} (counted from 0) has the value {value} in {Column.Name}[{slot}], but pixels are whole levels from 0 to 255: give ExtractPixels offsetImage: 0 and scaleImage: 1, or multiply images that were scaled to 0..1 by 255 and round them."));

    private static ImageShape ShapeOf(string name, VectorDataViewType vector, ImageVariationalFlowOptions options)
    {
        int[] dimensions = [.. vector.Dimensions];
        var declared = dimensions.Length switch
        {
            3 when options.InterleavedPixels => new ImageShape(dimensions[2], dimensions[0], dimensions[1]),
            3 => new ImageShape(dimensions[0], dimensions[1], dimensions[2]),
            2 => new ImageShape(1, dimensions[0], dimensions[1]),
            _ => null,
        };
        if (options is not { Height: { } height, Width: { } width })
        {
            var found = declared ?? throw Error($"The column '{name}' has {vector.Size} values an image and no shape ({vector}): set Height and Width, and Channels where there are several.");
            return options.Channels is { } other && other != found.Channels
                ? throw Error($"The column '{name}' has images of {found.Channels} channels ({vector}), but Channels is {other}: leave it out, or set InterleavedPixels where the channels of a pixel stand side by side.")
                : found;
        }
        var asked = new ImageShape(options.Channels ?? declared?.Channels ?? 1, height, width);
        if ((long)asked.Channels * asked.Pixels != vector.Size)
            throw Error(FormattableString.Invariant($"The column '{name}' has {vector.Size} values an image, but Channels {asked.Channels}, Height {height} and Width {width} make {(long)asked.Channels * height * width}: set them to those of the images."));
        return declared is null || declared == asked ? asked
            : throw Error($"The column '{name}' has images of {declared} (channels, height, width), but Channels, Height and Width say {asked}: leave them out, or set InterleavedPixels where the channels of a pixel stand side by side.");
    }

    private static PixelItem? ItemOf(DataViewType type) =>
        type.Equals(NumberDataViewType.Byte) ? PixelItem.Byte
        : type.Equals(NumberDataViewType.Single) ? PixelItem.Single
        : type.Equals(NumberDataViewType.Double) ? PixelItem.Double
        : null;

    private static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> columns) =>
        Error($"There is no column of pixels '{name}' in the data, whose columns are {string.Join(", ", columns.Take(20))}: set PixelColumnName to one of them, or make the column with ExtractPixels.");

    private static ArgumentOutOfRangeException WrongType(string name, string type) =>
        Error($"The column of pixels '{name}' is {type}, but a vector of Byte, Single or Double is needed: make it with ExtractPixels.");

    private static ArgumentOutOfRangeException UnknownSize(string name) =>
        Error($"The column of pixels '{name}' is a vector of unknown size, but all images must have the same: put ResizeImages in front of ExtractPixels.");

    // ML.NET's own type of exception for a schema that does not fit.
    private static ArgumentOutOfRangeException Error(string message) => new("inputSchema", message);
}
