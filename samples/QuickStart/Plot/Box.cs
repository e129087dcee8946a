namespace QuickStart.Plot;

/// <summary>The part of the plane that a panel shows.</summary>
internal readonly record struct Box(double MinX, double MaxX, double MinY, double MaxY)
{
    public double Width => MaxX - MinX;

    public double Height => MaxY - MinY;

    /// <summary>The centres of <paramref name="columns"/> x <paramref name="rows"/> equal cells, row by row from the top left.</summary>
    public IEnumerable<(double X, double Y)> CellCenters(int columns, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                yield return (MinX + (c + 0.5) * Width / columns, MaxY - (r + 0.5) * Height / rows);
        }
    }
}
