using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Pipeline;
using Microsoft.ML.NormalizingFlows.Tabular.Cells;

namespace Microsoft.ML.NormalizingFlows.Tabular.Columns;

/// <summary>
/// The values of one column cut into cells: a frequent value, a category or the missing value (NaN) is a cell of its own; other numbers
/// share cells of about as many rows each. Cells are written in one digit, or in two where they are many: a group, and the cell within it.
/// </summary>
internal sealed class Marginal
{
    private const int MostSingleCells = 128;
    private const int Groups = 32;
    private const int PerGroup = 16;

    private readonly double[] _low, _high;
    private readonly int[] _groupStarts;
    private readonly double _step;
    private readonly int[] _groupOf;
    private readonly Dictionary<double, int> _atoms = [];
    private readonly int _firstRange;

    /// <param name="low">Of each cell: below its values; equal to <paramref name="high"/> for a single value. Single values come first, ranges in order.</param>
    /// <param name="high">Of each cell: its greatest value.</param>
    /// <param name="groupStarts">The first cell of each group, and the end.</param>
    /// <param name="step">What all values are multiples of; 0 for none.</param>
    public Marginal(double[] low, double[] high, int[] groupStarts, double step)
    {
        (_low, _high, _groupStarts, _step) = (low, high, groupStarts, step);
        _groupOf = new int[low.Length];
        for (int group = 0; group < groupStarts.Length - 1; group++)
            Array.Fill(_groupOf, group, groupStarts[group], groupStarts[group + 1] - groupStarts[group]);
        while (_firstRange < low.Length && low[_firstRange].Equals(high[_firstRange]))
            _atoms.Add(low[_firstRange], _firstRange++);
    }

    /// <summary>Digits of a value, 1 or 2.</summary>
    public int Digits => _groupStarts.Length - 1 == _low.Length ? 1 : 2;

    /// <summary>Cells of each digit.</summary>
    public int[] Sizes => Digits == 1 ? [_low.Length] : [_groupStarts.Length - 1, GroupSizes.Max()];

    /// <summary>Cells of each group.</summary>
    public int[] GroupSizes => [.. _groupStarts.Zip(_groupStarts.Skip(1), (start, end) => end - start)];

    /// <param name="counts">How many rows each value has; NaN is missing.</param>
    /// <param name="isNumber">Whether values have an order; else they are numbers of categories.</param>
    /// <param name="step">What all values are multiples of; 0 for none.</param>
    public static Marginal Fit(IReadOnlyDictionary<double, long> counts, bool isNumber, double step)
    {
        var values = counts.Keys.Order().ToArray();     // NaN first
        if (values.Length <= MostSingleCells)
            return new Marginal(values, values, [.. Enumerable.Range(0, values.Length + 1)], step);
        return isNumber ? FitNumber(counts, values, step) : FitCategories(counts);
    }

    // The most frequent categories alone, the others in groups of similar frequency.
    private static Marginal FitCategories(IReadOnlyDictionary<double, long> counts)
    {
        var values = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key).ToArray();
        int alone = MostSingleCells / 2, group = (values.Length - alone + alone - 1) / alone;
        var starts = Enumerable.Range(0, alone).ToList();
        for (int start = alone; start < values.Length; start += group)
            starts.Add(start);
        return new Marginal(values, values, [.. starts, values.Length], 0);
    }

    private static Marginal FitNumber(IReadOnlyDictionary<double, long> counts, double[] values, double step)
    {
        long rows = counts.Values.Sum();
        var atoms = values.Where(value => double.IsNaN(value) || counts[value] * 2 * Groups >= rows).ToArray();
        var others = values.Except(atoms).ToArray();
        double perCell = Math.Max(1, others.Sum(value => (double)counts[value]) / (Groups * PerGroup));
        var high = new List<double>();
        double filled = 0;
        foreach (double value in others)
        {
            filled += counts[value];
            if (filled >= perCell * (high.Count + 1))
                high.Add(value);
        }
        if (others.Length > 0 && (high.Count == 0 || high[^1] < others[^1]))
            high.Add(others[^1]);
        var low = new double[high.Count];
        for (int cell = 0; cell < low.Length; cell++)
            low[cell] = cell > 0 ? high[cell - 1] : others[0] - (step > 0 ? step : Math.Max(1e-9, Math.Abs(others[0]) * 1e-9));
        int[] starts = [.. Enumerable.Range(0, atoms.Length), .. Enumerable.Range(0, (high.Count + PerGroup - 1) / PerGroup).Select(group => atoms.Length + group * PerGroup)];
        return new Marginal([.. atoms, .. low], [.. atoms, .. high], [.. starts, atoms.Length + high.Count], step);
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static Marginal Read(BinaryReader reader)
    {
        double[] low = reader.ReadArray<double>(), high = reader.ReadArray<double>();
        int[] starts = reader.ReadArray<int>();
        double step = reader.ReadDouble();
        bool fits = low.Length == high.Length && starts.Length > 1 && starts[0] == 0 && starts[^1] == low.Length
            && starts.Zip(starts.Skip(1), (start, end) => end - start).All(size => size is > 0 and <= short.MaxValue) && starts.Length - 1 <= short.MaxValue;
        return fits ? new Marginal(low, high, starts, step) : throw new InvalidDataException($"its {low.Length} cells of a column do not fit together");
    }

    public void Write(BinaryWriter writer)
    {
        writer.WriteArray<double>(_low);
        writer.WriteArray<double>(_high);
        writer.WriteArray<int>(_groupStarts);
        writer.Write(_step);
    }

    /// <summary>Writes the digits of a value; returns -ln of the width of its cell, which turns a probability into a density; -infinity where no cell holds it.</summary>
    public double Encode(double value, Span<short> digits)
    {
        digits.Fill(CellShape.None);
        if (!_atoms.TryGetValue(value, out int cell))
        {
            int at = Array.BinarySearch(_high, _firstRange, _high.Length - _firstRange, value);
            cell = at < 0 ? ~at : at;
            if (double.IsNaN(value) || cell >= _high.Length || value <= _low[cell])
                return double.NegativeInfinity;
        }
        int group = _groupOf[cell];
        digits[0] = (short)group;
        if (_groupStarts[group + 1] - _groupStarts[group] > 1)
            digits[1] = (short)(cell - _groupStarts[group]);
        return cell < _firstRange ? 0 : -Math.Log(_high[cell] - _low[cell]);
    }

    /// <summary>A value of the cell that the digits say, evenly drawn.</summary>
    public double Decode(ReadOnlySpan<short> digits, RandomStream random)
    {
        int cell = _groupStarts[digits[0]] + (digits.Length > 1 ? Math.Max((short)0, digits[1]) : 0);
        if (cell < _firstRange)
            return _high[cell];
        double width = _high[cell] - _low[cell];
        if (_step == 0)
            return _low[cell] + random.NextUniform() * width;
        int points = Math.Max(1, (int)Math.Min(int.MaxValue, Math.Round(width / _step)));
        return _high[cell] - random.NextInt(points) * _step;
    }
}
