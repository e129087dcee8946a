using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// The values of one column cut into cells: a frequent value, a category or the missing value (NaN) is a cell of its own; other numbers
/// share cells. The values of a cell are equally likely.
/// </summary>
/// <remarks>
/// <para>A rounded number has the probability of its cell by the number of values that it shares the cell with. Spread evenly over its place among them
/// it would have a density, of which uniform dequantisation gives a bound, <c>ln P(x) >= E ln p(x + u)</c> (Theis et al. 2016,
/// section 3.1): as the density is the same all over a cell, the bound is an equality.</para>
/// <para>A number that is not rounded has a density: the probability of its cell by the width.</para>
/// </remarks>
internal sealed class Marginal
{
    private readonly double[] _low, _high;
    private readonly Grid _grid;
    private readonly Dictionary<double, int> _single = [];
    private readonly int _firstRange;

    // Of each range the values of the grid in it that are cells of their own, by number.
    private readonly long[][] _taken;

    /// <param name="low">Of each cell: below its values, but the first range of unrounded numbers includes it; equal to <paramref name="high"/> for a single value. Single values come first, ranges in order.</param>
    /// <param name="high">Of each cell: its greatest value.</param>
    /// <param name="digits">How cells are written.</param>
    /// <param name="grid">What all values are multiples of.</param>
    public Marginal(double[] low, double[] high, CellDigits digits, Grid grid)
    {
        (_low, _high, _grid, Digits) = (low, high, grid, digits);
        while (_firstRange < low.Length && low[_firstRange].Equals(high[_firstRange]))
            _single[low[_firstRange]] = _firstRange++;
        _taken = [.. Enumerable.Range(_firstRange, low.Length - _firstRange).Select(cell => grid.IsNone
            ? []
            : _single.Keys.Where(value => value > low[cell] && value <= high[cell]).Select(grid.Index).Order().ToArray())];
    }

    /// <summary>How cells are written.</summary>
    public CellDigits Digits { get; }

    /// <summary>How many cells there are.</summary>
    public int Count => _low.Length;

    /// <summary>Whether a value can be drawn.</summary>
    public bool Has(double value) => Find(value, double.PositiveInfinity) >= 0;

    /// <summary>Whether a cell holds one value alone, and which; NaN is missing.</summary>
    public bool IsSingle(int cell, out double value)
    {
        value = _high[cell];
        return cell < _firstRange;
    }

    /// <summary>The first end of a cell that is such a value; null where none is.</summary>
    public double? Find(Func<double, bool> isSuch)
    {
        for (int cell = 0; cell < Count; cell++)
        {
            double first = cell < _firstRange || _grid.IsNone ? _low[cell] : _grid.Value(_grid.Index(_low[cell]) + 1);
            if (isSuch(first) || isSuch(_high[cell]))
                return isSuch(first) ? first : _high[cell];
        }
        return null;
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Marginal Read(BinaryReader reader)
    {
        double[] low = reader.ReadArray<double>(), high = reader.ReadArray<double>();
        if (low.Length != high.Length)
            throw new InvalidDataException($"its {low.Length} cells of a column have {high.Length} ends");
        return new Marginal(low, high, CellDigits.Read(reader, low.Length), Grid.Read(reader));
    }

    public void Write(BinaryWriter writer)
    {
        writer.WriteArray<double>(_low);
        writer.WriteArray<double>(_high);
        Digits.Write(writer);
        _grid.Write(writer);
    }

    /// <summary>
    /// Writes the digits of a value; returns -ln of how many values its cell has, or, unrounded, how wide it is, which turns the probability of the cell
    /// into that of the value; -infinity where no cell holds it.
    /// </summary>
    /// <param name="value">NaN where it is missing.</param>
    /// <param name="digits">As many as <see cref="Digits"/> has.</param>
    /// <param name="most">Greater values cannot be in this row.</param>
    public double Encode(double value, Span<short> digits, double most = double.PositiveInfinity)
    {
        digits.Fill(Cells.CellShape.None);
        int cell = Find(value, most);
        if (cell < 0)
            return double.NegativeInfinity;
        Digits.Write(cell, digits);
        return cell < _firstRange ? 0 : -Math.Log(_grid.IsNone ? Width(cell, most) : Values(cell, most));
    }

    /// <summary>One of the values of the cell that the digits say; where all are too great, any from 0 to <paramref name="most"/>.</summary>
    public double Decode(ReadOnlySpan<short> digits, RandomStream random, double most = double.PositiveInfinity)
    {
        int cell = Digits.Read(digits);
        if (cell < _firstRange)
            return _high[cell] > most ? Below(most, random) : _high[cell];
        if (_grid.IsNone)
            return Width(cell, most) is > 0 and var width ? _low[cell] + random.NextUniform() * width : Below(most, random);
        long values = Values(cell, most);
        if (values <= 0)
            return Below(most, random);
        long index = _grid.Index(_low[cell]) + 1 + (long)(random.NextUniform() * values);
        foreach (long taken in Taken(cell))
            index += taken <= index ? 1 : 0;
        return _grid.Value(index);
    }

    /// <summary>One of the values of the cell that lie in a range, both ends included, of which it has a <see cref="Share"/>.</summary>
    public double Decode(ReadOnlySpan<short> digits, RandomStream random, double low, double high)
    {
        int cell = Digits.Read(digits);
        if (cell < _firstRange)
            return _high[cell];
        if (_grid.IsNone)
        {
            double from = Math.Max(low, _low[cell]);
            return from + random.NextUniform() * (Math.Min(high, _high[cell]) - from);
        }
        var (first, last) = Multiples(cell, low, high);
        long[] taken = [.. Taken(cell).Where(index => index >= first && index <= last)];
        long drawn = first + (long)(random.NextUniform() * (last - first + 1 - taken.Length));
        foreach (long index in taken)
            drawn += index <= drawn ? 1 : 0;
        return _grid.Value(drawn);
    }

    /// <summary>The share of the values of a cell that lie in a range, both ends included.</summary>
    public double Share(int cell, double low, double high)
    {
        if (cell < _firstRange)
            return _high[cell] >= low && _high[cell] <= high ? 1 : 0;
        if (_grid.IsNone)
            return Math.Max(0, Math.Min(high, _high[cell]) - Math.Max(low, _low[cell])) / (_high[cell] - _low[cell]);
        var (first, last) = Multiples(cell, low, high);
        long values = last - first + 1 - Taken(cell).Count(index => index >= first && index <= last);
        return Math.Max(0, values) / (double)Values(cell, double.PositiveInfinity);
    }

    /// <summary>The values that were learned, in words.</summary>
    public string Describe(TableColumn column)
    {
        const int Maximum = 12;
        double[] single = [.. _high.Take(_firstRange).Where(value => !double.IsNaN(value)).Order()];
        var names = column.IsNumber ? single.Select(column.Describe) : single.Select(column.Describe).Order(StringComparer.Ordinal);
        if (_firstRange == Count && (single.Length <= Maximum || !column.IsNumber))
            return $"the values {string.Join(", ", names.Take(Maximum))}{(single.Length > Maximum ? $" and {single.Length - Maximum} more" : "")}";
        double least = Math.Min(single.FirstOrDefault(double.PositiveInfinity), _low.Skip(_firstRange).FirstOrDefault(double.PositiveInfinity));
        string ends = $"from {column.Describe(least)} to {column.Describe(_high.Where(value => !double.IsNaN(value)).Max())}";
        return _firstRange == Count ? $"{single.Length} values {ends}" : $"numbers {ends}{(_grid.IsNone ? "" : ", rounded")}";
    }

    // The first and the last multiple in a range that are above the low end of a cell, and not above its high end.
    private (long First, long Last) Multiples(int cell, double low, double high) => (
        low <= _low[cell] ? _grid.Index(_low[cell]) + 1 : _grid.Index(_grid.From(low, above: false)),
        high >= _high[cell] ? _grid.Index(_high[cell]) : _grid.Index(_grid.From(high, above: true)) - 1);

    private int Find(double value, double most)
    {
        if (_single.TryGetValue(value, out int single))
            return value > most ? -1 : single;
        int at = Array.BinarySearch(_high, _firstRange, _high.Length - _firstRange, value), cell = at < 0 ? ~at : at;
        bool holds = cell < _high.Length && value <= most
            && (_grid.IsNone ? value > _low[cell] || value == _low[_firstRange] : value > _low[cell] && _grid.Holds(value, isSingle: false));
        return holds ? cell : -1;
    }

    private double Width(int cell, double most) => Math.Min(_high[cell], most) - _low[cell];

    // Multiples above the low end of a range and not above its high end, but those that are cells of their own.
    private long Values(int cell, double most)
    {
        long last = most < _high[cell] ? _grid.From(most, above: true) is var above ? _grid.Index(above) - 1 : 0 : _grid.Index(_high[cell]);
        return last - _grid.Index(_low[cell]) - Taken(cell).Count(taken => taken <= last);
    }

    private long[] Taken(int cell) => _taken[cell - _firstRange];

    private double Below(double most, RandomStream random) =>
        _grid.IsNone ? random.NextUniform() * most : _grid.Value((long)(random.NextUniform() * (_grid.Index(_grid.From(most, above: true)))));
}
