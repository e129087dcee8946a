using ScottPlot;

namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>
/// Places plots in rows and columns so that their data areas have one size and stand in line: every plot of a row gets the room above and below
/// that the one which needs most of it needs, every plot of a column that to the left and right.
/// </summary>
internal sealed class AlignedLayout(IReadOnlyDictionary<(int Row, int Column), Plot> places) : IMultiplotLayout
{
    private const float Gap = 8;

    /// <summary>What each row and column needs beside its data areas.</summary>
    private sealed record Needs(float[] Above, float[] Below, float[] Left, float[] Right)
    {
        public float Width => Left.Sum() + Right.Sum() + Gap * (Left.Length - 1);

        public float Height => Above.Sum() + Below.Sum() + Gap * (Above.Length - 1);
    }

    /// <summary>The size of all at which the data areas have that width and height.</summary>
    public static PixelSize Measure(IReadOnlyDictionary<(int Row, int Column), Plot> places, float width, float height)
    {
        Needs needs = Find(places, width, height);
        return new PixelSize(needs.Width + needs.Left.Length * width, needs.Height + needs.Above.Length * height);
    }

    public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figureRect)
    {
        int columns = places.Keys.Max(place => place.Column) + 1, rows = places.Keys.Max(place => place.Row) + 1;
        // What is needed depends a little on the size, and the size on what is needed.
        Needs needs = Find(places, figureRect.Width / columns, figureRect.Height / rows);
        needs = Find(places, Rest(figureRect.Width, needs.Width, columns), Rest(figureRect.Height, needs.Height, rows));
        float width = Rest(figureRect.Width, needs.Width, columns), height = Rest(figureRect.Height, needs.Height, rows);
        var found = new Dictionary<Plot, PixelRect>();
        foreach (var ((row, column), plot) in places)
        {
            float left = figureRect.Left + needs.Left.Take(column).Sum() + needs.Right.Take(column).Sum() + column * (width + Gap);
            float top = figureRect.Top + needs.Above.Take(row).Sum() + needs.Below.Take(row).Sum() + row * (height + Gap);
            plot.Layout.Fixed(new PixelPadding(needs.Left[column], needs.Right[column], needs.Below[row], needs.Above[row]));
            found[plot] = new PixelRect(
                left, left + needs.Left[column] + width + needs.Right[column], top + needs.Above[row] + height + needs.Below[row], top);
        }
        return [.. subplots.GetPlots().Select(plot => found.GetValueOrDefault(plot, PixelRect.NaN))];
    }

    private static float Rest(float all, float needed, int count) => Math.Max(10, (all - needed) / count);

    private static Needs Find(IReadOnlyDictionary<(int Row, int Column), Plot> places, float width, float height)
    {
        int columns = places.Keys.Max(place => place.Column) + 1, rows = places.Keys.Max(place => place.Row) + 1;
        var needs = new Needs(new float[rows], new float[rows], new float[columns], new float[columns]);
        foreach (var ((row, column), plot) in places)
        {
            PixelPadding padding = Padding(plot, width, height);
            Raise(needs.Above, row, padding.Top);
            Raise(needs.Below, row, padding.Bottom);
            Raise(needs.Left, column, padding.Left);
            Raise(needs.Right, column, padding.Right);
        }
        return needs;

        static void Raise(float[] most, int i, float needed) => most[i] = Math.Max(most[i], needed);
    }

    /// <summary>What a plot needs around a data area of that size; it is drawn to learn its ticks.</summary>
    private static PixelPadding Padding(Plot plot, float width, float height)
    {
        plot.Layout.Default();
        plot.RenderInMemory((int)width, (int)height);
        PixelPadding first = plot.RenderManager.LastRender.Padding;
        plot.RenderInMemory((int)(width + first.Horizontal), (int)(height + first.Vertical));
        return plot.RenderManager.LastRender.Padding;
    }
}
