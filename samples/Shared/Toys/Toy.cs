namespace Samples.Shared.Toys;

/// <summary>A distribution in the plane whose density, and so whose entropy, is known.</summary>
public abstract class Toy
{
    public abstract string Name { get; }

    /// <summary>What a mode is called, as in "moon 1".</summary>
    public abstract string ModeName { get; }

    /// <summary>The part of the plane to look at; outside it the density is below any that matters to the entropy.</summary>
    public abstract ToyArea View { get; }

    /// <summary>Log of the true density, in nats.</summary>
    public abstract double LogDensity(double x, double y);

    /// <summary>Draws one point.</summary>
    public abstract ToyPoint Draw(Random random);

    /// <summary>The length over which the density changes, which decides how fine a grid integrates it.</summary>
    public abstract double Detail { get; }

    public ToyPoint[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        var points = new ToyPoint[count];
        for (int i = 0; i < count; i++)
            points[i] = Draw(random);
        return points;
    }

    /// <summary>
    /// The entropy -E[log p] in nats, by the trapezoid rule on a grid of half the detail's length: for a smooth density
    /// that vanishes at the border its error is far below the digits shown.
    /// </summary>
    public double Entropy() => Integrate(logDensity => -logDensity * Math.Exp(logDensity));

    /// <summary>The integral of the density, 1 but for the error of the grid.</summary>
    public double Mass() => Integrate(Math.Exp);

    private double Integrate(Func<double, double> term)
    {
        int columns = (int)Math.Ceiling(View.Width / (Detail / 2));
        int rows = (int)Math.Ceiling(View.Height / (Detail / 2));
        double sum = 0;
        foreach (var (x, y) in View.CellCenters(columns, rows))
        {
            double logDensity = LogDensity(x, y);
            if (logDensity > -700)
                sum += term(logDensity);
        }
        return sum * (View.Width / columns) * (View.Height / rows);
    }

    /// <summary>Two independent standard normal numbers (Box and Muller 1958).</summary>
    protected static (double, double) Normals(Random random)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
        return (radius * cos, radius * sin);
    }
}

/// <summary>A part of the plane.</summary>
public readonly record struct ToyArea(double MinX, double MaxX, double MinY, double MaxY)
{
    public double Width => MaxX - MinX;

    public double Height => MaxY - MinY;

    /// <summary>The centres of equal cells, row by row from the top left.</summary>
    public IEnumerable<(double X, double Y)> CellCenters(int columns, int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                yield return (MinX + (c + 0.5) * Width / columns, MaxY - (r + 0.5) * Height / rows);
        }
    }
}
