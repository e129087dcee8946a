using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>
/// The values of one column cut into cells: a frequent value, a category or the missing value (NaN) is a cell of its own; other numbers
/// share cells. A cell has pieces, ranges with no gap in them and values that repeat, each with a share of its rows; the values of a piece
/// are equally likely. What lies between pieces was not seen and is not drawn.
/// </summary>
/// <remarks>
/// <para>A rounded number has the probability of its piece by the number of values that it shares the piece with. Spread evenly over its place among them
/// it would have a density, of which uniform dequantisation gives a bound, <c>ln P(x) >= E ln p(x + u)</c> (Theis et al. 2016,
/// section 3.1): as the density is the same all over a piece, the bound is an equality.</para>
/// <para>A number that is not rounded has a density: the probability of its piece by the width.</para>
/// </remarks>
internal sealed class Marginal
{
    private readonly Piece[] _pieces;
    private readonly Grid _grid;

    // The first piece of each cell, and the end; the cell of each piece.
    private readonly int[] _first, _cellOf;
    private readonly Dictionary<double, int> _values = [];

    // The ranges in order.
    private readonly int[] _ranges;
    private readonly double[] _rangeHigh;
    private readonly int _firstRange;

    // Of each piece the multiples in it that are pieces of their own, and how many values it has or, unrounded, how wide it is.
    private readonly long[][] _taken;
    private readonly double[] _size;

    // Of all numbers.
    private readonly double _least, _greatest;

    /// <param name="pieces">Of all cells: those of one value first, then the others in the order of their ranges.</param>
    /// <param name="first">The first piece of each cell, and the end.</param>
    /// <param name="grid">What ranges hold multiples of.</param>
    /// <param name="unlearned">The probability of a value that is not here, from 0 to 1.</param>
    public Marginal(Piece[] pieces, int[] first, Grid grid, double unlearned = 0)
    {
        (_pieces, _first, _grid, Unlearned) = (pieces, first, grid, unlearned);
        _cellOf = new int[pieces.Length];
        for (int cell = 0; cell < Count; cell++)
            Array.Fill(_cellOf, cell, first[cell], first[cell + 1] - first[cell]);
        while (_firstRange < Count && first[_firstRange + 1] - first[_firstRange] == 1 && pieces[first[_firstRange]].IsValue)
            _firstRange++;
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            if (pieces[piece].IsValue)
                _values[pieces[piece].Low] = piece;
        }
        _ranges = [.. Enumerable.Range(0, pieces.Length).Where(piece => !pieces[piece].IsValue).OrderBy(piece => pieces[piece].High)];
        _rangeHigh = [.. _ranges.Select(piece => pieces[piece].High)];
        var numbers = pieces.Where(piece => !double.IsNaN(piece.High)).DefaultIfEmpty();
        (_least, _greatest) = (numbers.Min(Least), numbers.Max(piece => piece.High));
        double[] multiples = grid.IsNone ? [] : [.. _values.Keys.Where(grid.HoldsExactly).Order()];
        _taken = [.. pieces.Select(piece => piece.IsValue ? [] : Between(multiples, piece).Select(grid.Index).ToArray())];
        _size = [.. pieces.Select((piece, i) => piece.IsValue ? 1 : grid.IsNone ? piece.High - piece.Low : grid.Index(piece.High) - grid.Index(piece.Low) - _taken[i].Length)];
    }

    /// <summary>What ranges hold multiples of.</summary>
    public Grid Grid => _grid;

    /// <summary>How many cells there are.</summary>
    public int Count => _first.Length - 1;

    /// <summary>The probability of a value that was not learned.</summary>
    public double Unlearned { get; }

    /// <summary>Whether a value can be drawn.</summary>
    public bool Has(double value) => Find(value) >= 0;

    /// <summary>Whether a cell holds one value alone, and which; NaN is missing.</summary>
    public bool IsSingle(int cell, out double value)
    {
        value = _pieces[_first[cell]].High;
        return cell < _firstRange;
    }

    /// <summary>The least value of a cell; NaN is missing.</summary>
    public double Least(int cell) => Least(_pieces[_first[cell]]);

    /// <summary>The first end of a piece that is such a value; null where none is.</summary>
    public double? Find(Func<double, bool> isSuch)
    {
        foreach (var piece in _pieces)
        {
            if (isSuch(Least(piece)) || isSuch(piece.High))
                return isSuch(Least(piece)) ? Least(piece) : piece.High;
        }
        return null;
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Marginal Read(BinaryReader reader)
    {
        double[] low = reader.ReadArray<double>(), high = reader.ReadArray<double>(), share = reader.ReadArray<double>();
        int[] first = reader.ReadArray<int>();
        bool fits = low.Length == high.Length && low.Length == share.Length && first.Length > 1 && first[0] == 0 && first[^1] == low.Length
            && first.Zip(first.Skip(1), (start, end) => end > start).All(isGreater => isGreater)
            && low.Zip(high, (one, other) => one.Equals(other) || one < other).All(isRange => isRange)
            && share.All(part => part is > 0 and <= 1);
        if (!fits)
            throw new InvalidDataException($"its {low.Length} pieces of a column do not fit together");
        var grid = Grid.Read(reader);
        double unlearned = reader.ReadDouble();
        fits = unlearned is >= 0 and < 1;
        var marginal = new Marginal([.. low.Select((value, i) => new Piece(value, high[i], share[i]))], first, grid, unlearned);
        return fits && Array.TrueForAll(marginal._size, size => size > 0 && double.IsFinite(size)) ? marginal : throw new InvalidDataException("a piece of a column has no values");
    }

    public void Write(BinaryWriter writer)
    {
        writer.WriteArray<double>([.. _pieces.Select(piece => piece.Low)]);
        writer.WriteArray<double>([.. _pieces.Select(piece => piece.High)]);
        writer.WriteArray<double>([.. _pieces.Select(piece => piece.Share)]);
        writer.WriteArray<int>(_first);
        _grid.Write(writer);
        writer.Write(Unlearned);
    }

    /// <summary>
    /// Finds the cell of a value; returns ln of its probability within the cell, or, unrounded, of its density there, which turns the probability
    /// of the cell into that of the value; -infinity where no cell holds it.
    /// </summary>
    /// <param name="value">NaN where it is missing.</param>
    /// <param name="cell">Its cell; -1 where there is none.</param>
    /// <param name="most">Greater values cannot be in this row.</param>
    public double Encode(double value, out int cell, double most = double.PositiveInfinity)
    {
        int piece = Find(value);
        cell = -1;
        if (piece < 0 || value > most)
            return double.NegativeInfinity;
        cell = _cellOf[piece];
        if (cell < _firstRange)
            return 0;
        double possible = double.IsPositiveInfinity(most) ? 1 : Share(cell, double.NegativeInfinity, most);
        return Math.Log(_pieces[piece].Share / possible) - Math.Log(_size[piece]);
    }

    /// <summary>
    /// Finds the cell next to a value that no cell holds; returns what <see cref="Encode"/> does: numbers share
    /// <see cref="Unlearned"/> by a density that falls with the square of the distance from those that were seen.
    /// </summary>
    public double EncodeUnlearned(double value, bool isNumber, out int cell)
    {
        int[] numbers = [.. Enumerable.Range(0, _pieces.Length).Where(piece => !double.IsNaN(_pieces[piece].High))];
        if (!isNumber || double.IsNaN(value) || numbers.Length == 0)
        {
            cell = Count - 1;
            return Math.Log(Unlearned);
        }
        int nearest = numbers.MinBy(piece => Distance(_pieces[piece], value));
        cell = _cellOf[nearest];
        double extent = numbers.Max(piece => _pieces[piece].High) - numbers.Min(piece => Least(_pieces[piece]));
        double unit = extent > 0 ? extent : Math.Max(Math.Abs(value), 1), distance = Distance(_pieces[nearest], value);
        // The greatest numbers are farther apart than any number is great.
        (unit, distance) = (Math.Min(unit, double.MaxValue / 4), Math.Min(distance, double.MaxValue / 4));
        return Math.Log(Unlearned * (_grid.IsNone ? 1 : _grid.Step)) + Math.Log(unit / 2) - 2 * Math.Log(unit + distance);
    }

    /// <summary>
    /// Finds the cell of a value that other columns tell: one that was not learned, but lies between others that were, has that of the nearest.
    /// </summary>
    /// <returns>Whether it lies between them.</returns>
    public bool EncodeTold(double value, out int cell)
    {
        if (!double.IsNegativeInfinity(Encode(value, out cell)))
            return true;
        if (!(value > _least && value < _greatest))
            return false;
        EncodeUnlearned(value, isNumber: true, out cell);
        return true;
    }

    /// <summary>One of the values of a cell; where all are too great, any from 0 to <paramref name="most"/>.</summary>
    public double Decode(int cell, RandomStream random, double most = double.PositiveInfinity)
    {
        double drawn = Draw(cell, random, double.NegativeInfinity, most);
        bool isMissing = IsSingle(cell, out double value) && double.IsNaN(value);
        return double.IsNaN(drawn) && !isMissing ? Below(most, random) : drawn;
    }

    /// <summary>One of the values of the cell that lie in a range, both ends included, of which it has a <see cref="Share"/>.</summary>
    public double Decode(int cell, RandomStream random, double low, double high) => Draw(cell, random, low, high);

    /// <summary>The share of the values of a cell that lie in a range, both ends included.</summary>
    public double Share(int cell, double low, double high)
    {
        double share = 0;
        for (int piece = _first[cell]; piece < _first[cell + 1]; piece++)
            share += _pieces[piece].Share * Part(piece, low, high);
        return share;
    }

    /// <summary>The values that were learned, in words.</summary>
    public string Describe(TableColumn column)
    {
        const int Maximum = 12;
        double[] single = [.. _pieces.Take(_firstRange).Select(piece => piece.High).Where(value => !double.IsNaN(value)).Order()];
        var names = column.IsNumber ? single.Select(column.Describe) : single.Select(column.Describe).Order(StringComparer.Ordinal);
        if (_firstRange == Count && (single.Length <= Maximum || !column.IsNumber))
            return $"the values {NameList.Of(names, Maximum)}";
        var known = _pieces.Where(piece => !double.IsNaN(piece.High)).ToArray();
        string ends = $"from {column.Describe(known.Min(Least))} to {column.Describe(known.Max(piece => piece.High))}";
        return _firstRange == Count ? $"{single.Length} values {ends}" : $"numbers {ends}{(_grid.IsNone ? "" : ", rounded")}";
    }

    private static IEnumerable<double> Between(double[] sorted, Piece piece)
    {
        int start = Array.BinarySearch(sorted, piece.Low);
        for (int i = start < 0 ? ~start : start + 1; i < sorted.Length && sorted[i] <= piece.High; i++)
            yield return sorted[i];
    }

    private double Least(Piece piece) => piece.IsValue || _grid.IsNone ? piece.Low : _grid.Value(_grid.Index(piece.Low) + 1);

    private double Distance(Piece piece, double value) => Math.Max(0, Math.Max(Least(piece) - value, value - piece.High));

    // NaN where the cell has no value there.
    private double Draw(int cell, RandomStream random, double low, double high)
    {
        if (cell < _firstRange)
            return _pieces[_first[cell]].High is var value && value > high ? double.NaN : value;
        int start = _first[cell], end = _first[cell + 1];
        if (end - start == 1)
            return Part(start, low, high) > 0 ? Draw(_pieces[start], _taken[start], random, low, high) : double.NaN;
        double left = random.NextUniform() * Share(cell, low, high);
        int last = -1;
        for (int piece = start; piece < end; piece++)
        {
            double share = _pieces[piece].Share * Part(piece, low, high);
            if (!(share > 0))
                continue;
            last = piece;
            left -= share;
            if (left < 0)
                break;
        }
        return last < 0 ? double.NaN : Draw(_pieces[last], _taken[last], random, low, high);
    }

    private double Draw(Piece piece, long[] taken, RandomStream random, double low, double high)
    {
        if (piece.IsValue)
            return piece.High;
        if (_grid.IsNone)
        {
            double from = Math.Max(low, piece.Low);
            return from + random.NextUniform() * (Math.Min(high, piece.High) - from);
        }
        var (first, last) = Multiples(piece, low, high);
        long[] within = Array.FindAll(taken, index => index >= first && index <= last);
        long drawn = first + (long)(random.NextUniform() * (last - first + 1 - within.Length));
        foreach (long index in within)
            drawn += index <= drawn ? 1 : 0;
        return _grid.Value(drawn);
    }

    // The share of the values of a piece that lie in a range.
    private double Part(int number, double low, double high)
    {
        var piece = _pieces[number];
        if (piece.IsValue)
            return piece.High >= low && piece.High <= high ? 1 : 0;
        if (low <= piece.Low && high >= piece.High)
            return 1;
        if (_grid.IsNone)
            return Math.Max(0, Math.Min(high, piece.High) - Math.Max(low, piece.Low)) / _size[number];
        var (first, last) = Multiples(piece, low, high);
        return Math.Max(0, last - first + 1 - _taken[number].Count(index => index >= first && index <= last)) / _size[number];
    }

    // The first and the last multiple in a range that are above the low end of a piece, and not above its high end.
    private (long First, long Last) Multiples(Piece piece, double low, double high) => (
        low <= piece.Low ? _grid.Index(piece.Low) + 1 : _grid.Index(_grid.From(low, above: false)),
        high >= piece.High ? _grid.Index(piece.High) : _grid.Index(_grid.From(high, above: true)) - 1);

    private int Find(double value)
    {
        if (_values.TryGetValue(value, out int single))
            return single;
        int at = Array.BinarySearch(_rangeHigh, value), range = at < 0 ? ~at : at;
        if (range >= _ranges.Length)
            return -1;
        double low = _pieces[_ranges[range]].Low;
        return (_grid.IsNone ? value >= low : value > low && _grid.HoldsExactly(value)) ? _ranges[range] : -1;
    }

    private double Below(double most, RandomStream random) =>
        _grid.IsNone ? random.NextUniform() * most : _grid.Value((long)(random.NextUniform() * (_grid.Index(_grid.From(most, above: true)))));
}
