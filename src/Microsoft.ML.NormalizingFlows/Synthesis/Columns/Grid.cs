namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// What rounded numbers are multiples of: <c>Step = Units / 10^Decimals</c>, or nothing. A multiple is found by one division of whole numbers,
/// so that 3 x 0.1 is the same Double as the text 0.3.
/// </summary>
/// <param name="Units">Of the last decimal; 0 for numbers that are not rounded.</param>
/// <param name="Decimals">0 to <see cref="MaximumDecimals"/>.</param>
internal readonly record struct Grid(long Units, int Decimals)
{
    public const int MaximumDecimals = 6;

    /// <summary>Whole numbers up to here are exact in a Double, and in a Single.</summary>
    private const double MaximumExact = 1L << 53, MaximumExactSingle = 1 << 24;

    public bool IsNone => Units == 0;

    public double Step => Units / Scale(Decimals);

    /// <summary>Multiples of a step; null where it has too many decimals, or is not above 0.</summary>
    public static Grid? Of(double step)
    {
        for (int decimals = 0; decimals <= MaximumDecimals && step > 0; decimals++)
        {
            double units = Math.Round(step * Scale(decimals));
            if (units is >= 1 and < MaximumExact && units / Scale(decimals) == step)
                return new Grid((long)units, decimals);
        }
        return null;
    }

    /// <summary>The coarsest grid that all values lie on: the fewest decimals, then the greatest common divisor. NaN is left out.</summary>
    /// <param name="values">Values, at least one of them a number.</param>
    /// <param name="isSingle">Whether they were rounded to Single, and so lie near the grid alone.</param>
    public static Grid Detect(IEnumerable<double> values, bool isSingle)
    {
        double[] known = [.. values.Where(value => !double.IsNaN(value))];
        for (int decimals = 0; decimals <= MaximumDecimals; decimals++)
        {
            var grid = new Grid(1, decimals);
            if (!known.All(value => grid.Holds(value, isSingle)))
                continue;
            long divisor = known.Aggregate(0L, (common, value) => Divisor(common, grid.Index(value)));
            return grid with { Units = Math.Max(1, divisor) };
        }
        return default;
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Grid Read(BinaryReader reader)
    {
        var grid = new Grid(reader.ReadInt64(), reader.ReadInt32());
        return grid.Units >= 0 && grid.Decimals is >= 0 and <= MaximumDecimals ? grid : throw new InvalidDataException($"it claims steps of {grid.Units} with {grid.Decimals} decimals");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Units);
        writer.Write(Decimals);
    }

    /// <summary>The number of the multiple that is nearest.</summary>
    public long Index(double value) => (long)Math.Round(value * Scale(Decimals) / Units);

    /// <summary>A multiple by its number.</summary>
    public double Value(long index) => index * Units / Scale(Decimals);

    public double Round(double value) => double.IsFinite(value) && !IsNone ? Value(Index(value)) : value;

    /// <summary>The least multiple that is not below a value, or above it.</summary>
    public double From(double value, bool above)
    {
        double nearest = Round(value);
        return nearest < value || above && nearest == value ? Value(Index(value) + 1) : nearest;
    }

    /// <summary>Whether a value is a multiple; where it was rounded to Single, whether the nearest multiple is rounded so too.</summary>
    public bool Holds(double value, bool isSingle)
    {
        // Beyond, neighbours on the grid would be the same number.
        if (Math.Abs(value) * Scale(Decimals) >= (isSingle ? MaximumExactSingle : MaximumExact))
            return false;
        double nearest = Round(value);
        return isSingle ? (float)nearest == (float)value : nearest == value;
    }

    private static double Scale(int decimals)
    {
        double scale = 1;
        for (int i = 0; i < decimals; i++)
            scale *= 10;
        return scale;
    }

    private static long Divisor(long a, long b)
    {
        (a, b) = (Math.Abs(a), Math.Abs(b));
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}
