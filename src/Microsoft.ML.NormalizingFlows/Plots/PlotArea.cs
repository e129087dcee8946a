namespace Microsoft.ML.NormalizingFlows.Plots;

/// <summary>The part of the plane that a plot shows, in the units of the data.</summary>
/// <param name="MinX">Its left end.</param>
/// <param name="MaxX">Its right end, above <paramref name="MinX"/>.</param>
/// <param name="MinY">Its lower end.</param>
/// <param name="MaxY">Its upper end, above <paramref name="MinY"/>.</param>
/// <example>
/// <code>
/// var area = new PlotArea(-3, 3, -3, 3);
/// double[] values = [.. area.CellCenters(200, 200).Select(p => LogDensity(p.X, p.Y))];
/// </code>
/// </example>
public readonly record struct PlotArea(double MinX, double MaxX, double MinY, double MaxY)
{
    /// <summary>From the left to the right end.</summary>
    public double Width => MaxX - MinX;

    /// <summary>From the lower to the upper end.</summary>
    public double Height => MaxY - MinY;

    /// <summary>The centres of <paramref name="columns"/> x <paramref name="rows"/> equal cells, row by row from the top left.</summary>
    /// <param name="columns">Cells beside one another.</param>
    /// <param name="rows">Cells above one another.</param>
    /// <returns>One point a cell.</returns>
    public IEnumerable<(double X, double Y)> CellCenters(int columns, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                yield return (MinX + (c + 0.5) * Width / columns, MaxY - (r + 0.5) * Height / rows);
        }
    }
}
