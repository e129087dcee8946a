using Microsoft.ML.Data;
using ScottPlot.Plottables;
using SkiaSharp;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

/// <summary>Images stand beside one another with their levels, and maps in the colours of heat maps.</summary>
public sealed class ImagePlotTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    private sealed class Picture
    {
        public float[] Pixels { get; set; } = [];

        public float Bits { get; set; }
    }

    private static IDataView View(int[] dimensions, params float[][] images)
    {
        var definition = SchemaDefinition.Create(typeof(Picture));
        definition[nameof(Picture.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimensions);
        return s_ml.Data.LoadFromEnumerable(images.Select((pixels, i) => new Picture { Pixels = pixels, Bits = i + 0.25f }), definition);
    }

    private static SKBitmap Bitmap(PlotGrid grid)
    {
        var image = Assert.Single(grid[0, 0].GetPlottables<ImageRect>());
        return SKBitmap.Decode(image.Image!.GetImageBytes(ScottPlot.ImageFormat.Png));
    }

    [Fact]
    public void Levels_stand_where_they_are_and_captions_below()
    {
        PlotGrid grid = FlowPlots.Images(View([1, 2, 2], [0, 64, 128, 255], [255, 0, 0, 0], [9, 9, 9, 9]), columns: 2, captionColumnName: "Bits");
        using SKBitmap bitmap = Bitmap(grid);
        int cell = bitmap.Width / 2, pixel = cell / 4;
        Assert.Equal([0, 64, 128, 255], new[] { (0, 0), (1, 0), (0, 1), (1, 1) }.Select(place => (int)bitmap.GetPixel(place.Item1 * pixel + pixel / 2, place.Item2 * pixel + pixel / 2).Red));
        Assert.Equal(255, bitmap.GetPixel(cell + pixel / 2, pixel / 2).Green);
        Assert.Equal(["0.25", "1.25", "2.25"], grid.Texts());
        Assert.Contains(grid.Svg().Descendants(), element => element.Name.LocalName == "image");
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Colours_are_known_side_by_side_and_one_after_the_other(bool interleaved)
    {
        var red = Enumerable.Range(0, 5 * 5 * 3).Select(i => (interleaved ? i % 3 : i / 25) == 0 ? 200f : 10f).ToArray();
        using SKBitmap bitmap = Bitmap(FlowPlots.Images(View(interleaved ? [5, 5, 3] : [3, 5, 5], red)));
        Assert.Equal(new SKColor(200, 10, 10), bitmap.GetPixel(5, 5));
    }

    [Fact]
    public void Maps_go_from_white_to_the_greatest_sum_of_channels()
    {
        PlotGrid grid = FlowPlots.ImageMaps(View([2, 1, 2], [0, 3, 0, 4.5f]), columnName: "Pixels");
        Assert.Contains("7.5 bits", grid.Subtitle);
        using SKBitmap bitmap = Bitmap(grid);
        var dark = FlowTheme.Colormap.GetColor(1);
        Assert.Equal(new SKColor(dark.R, dark.G, dark.B), bitmap.GetPixel(bitmap.Width / 4 + bitmap.Width / 8, 1));
    }

    [Fact]
    public void What_is_no_column_of_images_is_said_so()
    {
        Assert.StartsWith("There is no column 'Other' to draw.", Assert.Throws<ArgumentException>(() => FlowPlots.Images(View([1, 2, 2], new float[4]), "Other")).Message);
        Assert.StartsWith("The column 'Pixels' is Vector<Single, 4>, but an image is a vector", Assert.Throws<ArgumentException>(() => FlowPlots.Images(View([4], new float[4]))).Message);
        Assert.StartsWith("The table has no rows", Assert.Throws<ArgumentException>(() => FlowPlots.Images(View([1, 2, 2]))).Message);
    }
}
