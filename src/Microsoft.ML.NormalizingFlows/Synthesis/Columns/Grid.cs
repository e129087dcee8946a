using System.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// What rounded numbers are multiples of: <c>Step = Units / 10^Decimals</c>, or nothing. A multiple is found by one division of whole numbers,
/// so that 3 x 0.1 is the same Double as the text 0.3.
/// </summary>
/// <param name="Units">Of the last decimal; 0 for numbers that are not rounded.</param>
/// <param name="Decimals">0 to <see cref="MaximumDecimals"/>.</param>
/// <param name="IsSingle">Whether the numbers were rounded to Single, and so lie near multiples alone.</param>
internal readonly record struct Grid(long Units, int Decimals, bool IsSingle = false)
{
    public const int MaximumDecimals = 9;

    /// <summary>Whole numbers up to here are exact in a Double.</summary>
    private const double MaximumExact = 1L << 53;

    /// <summary>Beyond, the number of a multiple has no room.</summary>
    private const double MaximumIndex = 1L << 62;

    /// <summary>What arithmetic may do to a value, in units of its last place, and how many of that a step must have to overlook it.</summary>
    private const double Dust = 32, DustSingle = 1.5, MinimumDustSteps = 16;

    private const int MinimumForStrangers = 20, Samples = 8, SampleSize = 8;

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

    /// <summary>
    /// The coarsest grid that nearly all values lie on: the fewest decimals, then the greatest common step. What arithmetic adds in the last
    /// places is overlooked; a value so large that its neighbours are further apart than the step says nothing. NaN is left out.
    /// </summary>
    /// <param name="values">Different values, at least one of them a number.</param>
    /// <param name="isSingle">Whether they are of type Single.</param>
    public static Grid Detect(IEnumerable<double> values, bool isSingle)
    {
        double[] known = [.. values.Where(value => !double.IsNaN(value))];
        isSingle |= Array.TrueForAll(known, value => (float)value == value);
        for (int decimals = 0; decimals <= MaximumDecimals; decimals++)
        {
            var grid = new Grid(1, decimals, isSingle);
            double[] telling = [.. known.Where(value => 2 * grid.Spacing(value) <= grid.Step)];
            if (telling.Length * 2 < known.Length)
                return default;
            long[] places = [.. telling.Where(grid.Holds).Select(grid.Index)];
            int strangers = known.Count(value => !grid.Holds(value));
            if (places.Length > 0 && strangers <= Allowed(known.Length))
                return grid with { Units = CommonStep(places, Allowed(known.Length) - strangers) };
        }
        return default;
    }

    /// <summary>The greatest step of nearly all whole numbers; those that no <see cref="Index"/> reaches are left out.</summary>
    /// <param name="values">Different values.</param>
    public static Grid Detect(IReadOnlyCollection<Int128> values)
    {
        long[] places = [.. values.Where(value => Int128.Abs(value) < (Int128)MaximumIndex).Select(value => (long)value)];
        return places.Length == 0 ? default : new Grid(CommonStep(places, Allowed(values.Count) - (values.Count - places.Length)), 0);
    }

    // Few values may be no multiples of their common step by chance alone; of many, one in a hundred may be anything.
    private static int Allowed(int values) => values < MinimumForStrangers ? 0 : Math.Max(1, values / 100);

    // The greatest step that all but a few share. That of a few values, taken here and there, is that of all, unless a stranger is among them.
    private static long CommonStep(long[] places, int allowed)
    {
        long step = places.Aggregate(0L, Divisor);
        for (int offset = 0; allowed > 0 && offset < Samples; offset++)
        {
            long candidate = 0;
            for (int i = 0; i < SampleSize; i++)
                candidate = Divisor(candidate, places[(int)((offset * 7919L + i * 104729L) % places.Length)]);
            if (candidate > step && places.Count(place => place % candidate != 0) <= allowed)
                step = candidate;
        }
        return Math.Max(1, step);
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Grid Read(BinaryReader reader)
    {
        var grid = new Grid(reader.ReadInt64(), reader.ReadInt32(), reader.ReadBoolean());
        return grid.Units >= 0 && grid.Decimals is >= 0 and <= MaximumDecimals ? grid : throw new InvalidDataException($"it claims steps of {grid.Units} with {grid.Decimals} decimals");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Units);
        writer.Write(Decimals);
        writer.Write(IsSingle);
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

    /// <summary>Whether a value is a multiple, but for what arithmetic or rounding to Single has made of it in the last places.</summary>
    public bool Holds(double value)
    {
        if (!(Math.Abs(value) * Scale(Decimals) < MaximumIndex))
            return false;
        double spacing = Spacing(value), dust = (IsSingle ? DustSingle : Dust) * spacing;
        return Math.Abs(Round(value) - value) <= (dust * MinimumDustSteps <= Step ? dust : spacing / 2);
    }

    /// <summary>Whether a value is a multiple to the last bit.</summary>
    public bool HoldsExactly(double value) => Math.Abs(value) * Scale(Decimals) < MaximumIndex && Round(value) == value;

    // From a value to its neighbour of the same type.
    private double Spacing(double value)
    {
        double size = Math.Abs(value);
        return IsSingle ? MathF.BitIncrement((float)size) - (float)size : Math.BitIncrement(size) - size;
    }

    private static double Scale(int decimals)
    {
        double scale = 1;
        for (int i = 0; i < decimals; i++)
            scale *= 10;
        return scale;
    }

    /// <summary>The greatest common divisor; that of 0 and another number is the other.</summary>
    public static T Divisor<T>(T a, T b)
        where T : IBinaryInteger<T>
    {
        (a, b) = (T.Abs(a), T.Abs(b));
        while (!T.IsZero(b))
            (a, b) = (b, a % b);
        return a;
    }
}
