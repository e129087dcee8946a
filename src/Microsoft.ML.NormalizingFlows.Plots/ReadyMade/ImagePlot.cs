using System.Globalization;
using Microsoft.ML.Data;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>Small images beside one another in one picture, their pixels as squares with sharp edges.</summary>
internal sealed class ImagePlot
{
    /// <summary>Images drawn, at most.</summary>
    public const int MaximumImages = 400;

    /// <summary>Pixels of the picture across, about; and what lies between images, in their own pixels.</summary>
    private const int Width = 760, Gap = 2;

    private readonly int _channels, _height, _width;
    private readonly bool _interleaved;
    private readonly List<float[]> _images = [];
    private readonly List<string> _captions = [];

    /// <exception cref="ArgumentException">The column is absent or holds no images, or the table has no rows.</exception>
    public ImagePlot(IDataView data, string columnName, string? captionColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        var column = data.Schema.GetColumnOrNull(columnName) ?? throw new ArgumentException($"There is no column '{columnName}' to draw.", nameof(columnName));
        if (column.Type is not VectorDataViewType { Dimensions: [_, _] or [_, _, _], IsKnownSize: true } vector)
            throw new ArgumentException($"The column '{columnName}' is {column.Type}, but an image is a vector of (channels, height, width) or (height, width) values: choose a column of images.", nameof(columnName));
        int[] sizes = [.. vector.Dimensions];
        _interleaved = sizes is [> 4, _, 3 or 4];
        (_channels, _height, _width) = sizes.Length == 2 ? (1, sizes[0], sizes[1]) : _interleaved ? (sizes[2], sizes[0], sizes[1]) : (sizes[0], sizes[1], sizes[2]);
        DataViewSchema.Column? caption = captionColumnName is null ? null : data.Schema.GetColumnOrNull(captionColumnName) ?? throw new ArgumentException($"There is no column '{captionColumnName}' to write.", nameof(captionColumnName));
        using var cursor = data.GetRowCursor(caption is { } text ? [column, text] : [column]);
        var read = Reader(cursor, column, vector);
        var readCaption = caption is { } words ? CaptionReader(cursor, words) : null;
        while (_images.Count < MaximumImages && cursor.MoveNext())
        {
            _images.Add(read());
            if (readCaption is not null)
                _captions.Add(readCaption());
        }
        if (_images.Count == 0)
            throw new ArgumentException("The table has no rows, so that there is nothing to draw: check where it comes from.", nameof(data));
    }

    /// <summary>Levels from 0 to 255, grey or coloured.</summary>
    public PlotGrid Pixels(string title, int columns) => Grid(title, "", columns, (image, pixel) =>
    {
        byte Level(int channel) => (byte)Math.Clamp(float.IsFinite(Value(image, channel, pixel)) ? Value(image, channel, pixel) : 0, 0, 255);
        return _channels >= 3 ? new SKColor(Level(0), Level(1), Level(2)) : new SKColor(Level(0), Level(0), Level(0));
    });

    /// <summary>Numbers from 0 up, the sum over the channels, in the colours of heat maps.</summary>
    public PlotGrid Maps(string title, string unit, int columns)
    {
        float Sum(float[] image, int pixel) => Enumerable.Range(0, _channels).Sum(channel => Value(image, channel, pixel));
        double greatest = _images.SelectMany(image => Enumerable.Range(0, _height * _width).Select(pixel => (double)Sum(image, pixel))).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        return Grid(title, string.Create(CultureInfo.InvariantCulture, $"White is 0, the darkest {greatest:0.#} {unit}."), columns, (image, pixel) =>
        {
            double value = Sum(image, pixel);
            Color color = FlowTheme.Colormap.GetColor(double.IsFinite(value) && greatest > 0 ? Math.Clamp(value / greatest, 0, 1) : 0);
            return new SKColor(color.R, color.G, color.B);
        });
    }

    private PlotGrid Grid(string title, string subtitle, int columns, Func<float[], int, SKColor> color)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        columns = Math.Min(columns, _images.Count);
        int rows = (_images.Count + columns - 1) / columns;
        int cell = _width + Gap, tall = _height + Gap + (_captions.Count > 0 ? Math.Max(3, _height / 5) : 0);
        int scale = Math.Max(1, Width / (columns * cell));
        using var bitmap = new SKBitmap(columns * cell * scale, rows * tall * scale);
        bitmap.Erase(SKColors.White);
        Plot plot = FlowTheme.NewPlot();
        for (int i = 0; i < _images.Count; i++)
        {
            int left = i % columns * cell, top = i / columns * tall;
            for (int pixel = 0; pixel < _height * _width; pixel++)
            {
                int x = (left + pixel % _width) * scale, y = (top + pixel / _width) * scale;
                bitmap.Erase(color(_images[i], pixel), new SKRectI(x, y, x + scale, y + scale));
            }
        }
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var area = new CoordinateRect(0, bitmap.Width, 0, bitmap.Height);
        plot.Add.ImageRect(new Image(png.ToArray()), area);
        for (int i = 0; i < _captions.Count; i++)
        {
            var words = plot.Add.Text(_captions[i], (i % columns * cell + _width / 2.0) * scale, bitmap.Height - (i / columns * tall + _height) * scale);
            FlowTheme.Apply(words.LabelStyle, FlowTheme.LabelSize, FlowTheme.Text);
            words.LabelAlignment = Alignment.UpperCenter;
            words.OffsetY = 3;
        }
        plot.Axes.SetLimits(area);
        plot.HideGrid();
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.TickGenerator = new EmptyTickGenerator();
            axis.FrameLineStyle.Width = 0;
        }
        return new PlotGrid(title, subtitle) { PlotWidth = bitmap.Width, PlotHeight = bitmap.Height, ShowLegend = false }.Add(plot);
    }

    private float Value(float[] image, int channel, int pixel) => image[_interleaved ? pixel * _channels + channel : channel * _height * _width + pixel];

    private static Func<float[]> Reader(DataViewRow row, DataViewSchema.Column column, VectorDataViewType type)
    {
        return type.ItemType.RawType == typeof(byte) ? Of<byte>(value => value)
            : type.ItemType.RawType == typeof(float) ? Of<float>(value => value)
            : type.ItemType.RawType == typeof(double) ? Of<double>(value => (float)value)
            : throw new ArgumentException($"The column '{column.Name}' is {type}, but images are of Byte, Single or Double: convert it with ConvertType.", nameof(column));

        Func<float[]> Of<T>(Func<T, float> convert)
        {
            var getter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> buffer = default;
            return () =>
            {
                getter(ref buffer);
                return [.. buffer.DenseValues().Select(convert)];
            };
        }
    }

    private static Func<string> CaptionReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not TextDataViewType)
            return NumberColumnReader(row, column);
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            return text.ToString();
        };
    }

    private static Func<string> NumberColumnReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (!DataView.NumberGetter.IsNumber(column.Type))
            throw new ArgumentException($"The column '{column.Name}' is {column.Type}, but what stands below an image is a text or a number: choose another column.", nameof(column));
        var number = DataView.NumberGetter.Create(row, column);
        return () => number().ToString("0.##", CultureInfo.InvariantCulture);
    }
}
