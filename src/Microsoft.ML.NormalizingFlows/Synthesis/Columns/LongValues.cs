using System.Globalization;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// Whole numbers of 64 bits, such as ids or the ticks of dates, as Doubles and back. They are counted from one amid them, near which every one is
/// exact in a Double; those far from it that are not stand in a table.
/// </summary>
internal sealed class LongValues
{
    private const double MaximumExact = 1L << 53;
    private const double MaximumDistance = 1e20;
    private const int MaximumInTable = 1_000;

    private readonly Int128 _origin;
    private readonly Dictionary<Int128, double> _numbers = [];
    private readonly Dictionary<double, Int128> _back = [];

    private LongValues(Int128 origin) => _origin = origin;

    /// <summary>What nearly all that were learned are multiples of, counted from the origin.</summary>
    public Grid Grid { get; private init; }

    /// <param name="counts">The rows of each value.</param>
    /// <param name="origin">Where others must share it; null to choose one.</param>
    public static LongValues Of(IReadOnlyDictionary<Int128, long> counts, Int128? origin)
    {
        Int128 first = origin ?? OriginOf(counts.Keys);
        var values = new LongValues(first) { Grid = GridFrom(first, counts.Keys) };
        var crowded = counts.Keys.Where(value => !values.IsExact(value)).Select(values.Plain).ToHashSet();
        var table = counts.Where(pair => crowded.Contains(values.Plain(pair.Key))).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MaximumInTable);
        foreach (var value in table.Select(pair => pair.Key).Order())
            values.Add(value, values.Plain(value));
        return values;
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static LongValues Read(BinaryReader reader)
    {
        var values = new LongValues(reader.ReadInt128());
        for (int left = reader.ReadCount(leastBytes: 24); left > 0; left--)
        {
            Int128 value = reader.ReadInt128();
            double number = reader.ReadDouble();
            if (!(Math.Abs(number) <= MaximumDistance) || !values._back.TryAdd(number, value) || !values._numbers.TryAdd(value, number))
                throw new InvalidDataException($"it claims a long integer of the number {number.ToString(CultureInfo.InvariantCulture)}, or the same one twice");
        }
        return values;
    }

    public void Write(BinaryWriter writer)
    {
        writer.WriteInt128(_origin);
        writer.Write(_numbers.Count);
        foreach (var (value, number) in _numbers)
        {
            writer.WriteInt128(value);
            writer.Write(number);
        }
    }

    public double Number(Int128 value) => _numbers.TryGetValue(value, out double number) ? number : Plain(value);

    /// <summary>A number that may have a fraction, as a bound does.</summary>
    public double Number(double value) => value - (double)_origin;

    /// <summary>The value of a number, the nearest where it has a fraction.</summary>
    public Int128 Value(double number) => _back.TryGetValue(number, out var value) ? value : _origin + (Int128)Math.Round(Math.Clamp(number, -MaximumDistance, MaximumDistance));

    // A value amid them that is on their grid, and thus gives away no other one.
    private static Int128 OriginOf(IEnumerable<Int128> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0 || sorted[0] >= -(Int128)MaximumExact && sorted[^1] <= (Int128)MaximumExact)
            return 0;
        return new[] { sorted.Length / 2, sorted.Length / 3, sorted.Length * 3 / 4 }.Select(place => sorted[place])
            .MaxBy(origin => GridFrom(origin, sorted).Step);
    }

    private static Grid GridFrom(Int128 origin, IEnumerable<Int128> values) => Grid.Detect([.. values.Select(value => value - origin)]);

    private bool IsExact(Int128 value) => _origin + (Int128)Plain(value) == value;

    private double Plain(Int128 value) => (double)(value - _origin);

    private void Add(Int128 value, double number)
    {
        while (!_back.TryAdd(number, value))
            number = Math.BitIncrement(number);
        _numbers[value] = number;
    }
}
