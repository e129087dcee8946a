using System.Runtime.Intrinsics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// Grows one tree: each part of the rows is cut in two where the means of the outputs differ most, in the sum of squares, until parts are
/// small. Cuts are sought among a few hundred places, evenly over those that the part has, so that they become exact as parts become small.
/// </summary>
/// <param name="places">Of each column before the target the place of each row.</param>
/// <param name="scales">Of these columns.</param>
/// <param name="target">The scale of the target.</param>
/// <param name="cells">Of the target the cell of each row.</param>
/// <param name="minimumLeaf">The fewest rows of a part.</param>
internal sealed class TreeGrowth(int[][] places, CellScale[] scales, CellScale target, int[] cells, int minimumLeaf)
{
    private const int Lanes = 8;
    private const int MaximumDepth = 64;
    private const int MaximumBins = CellTree.MaximumPlaces;

    private readonly int _width = Padding(target);
    private readonly float[] _outputs = Padded(target);
    private readonly int[] _counts = new int[MaximumBins];
    private readonly float[] _sums = new float[MaximumBins * Padding(target)];
    private readonly float[] _left = new float[Padding(target)];
    private readonly float[] _all = new float[Padding(target)];

    private readonly List<int> _features = [], _cuts = [], _lefts = [], _rights = [], _starts = [0], _leafCells = [], _leafCounts = [];
    private readonly List<ulong> _sets = [];

    private int[] _rows = [], _spare = [];

    public CellTree Run(int[] rows)
    {
        (_rows, _spare) = (rows, new int[rows.Length]);
        Grow(0, rows.Length, 0);
        return new CellTree([.. _features], [.. _cuts], [.. _lefts], [.. _rights], [.. _sets], [.. _starts], [.. _leafCells], [.. _leafCounts]);
    }

    // The number of the fork, or the complement of that of the leaf.
    private int Grow(int start, int end, int depth)
    {
        var cut = end - start >= 2L * minimumLeaf && depth < MaximumDepth ? Best(start, end) : null;
        if (cut is null)
            return Leaf(start, end);
        int fork = _features.Count, middle = Divide(start, end, cut);
        _features.Add(cut.Column);
        _cuts.Add(cut.Set is null ? cut.Place : _sets.Count / CellTree.Words);
        _lefts.Add(0);
        _rights.Add(0);
        _sets.AddRange(cut.Set ?? []);
        _lefts[fork] = Grow(start, middle, depth + 1);
        _rights[fork] = Grow(middle, end, depth + 1);
        return fork;
    }

    private int Leaf(int start, int end)
    {
        var own = _rows.AsSpan(start..end);
        for (int i = 0; i < own.Length; i++)
            _spare[i] = cells[own[i]];
        var sorted = _spare.AsSpan(0, own.Length);
        sorted.Sort();
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i] == sorted[i - 1])
            {
                _leafCounts[^1]++;
                continue;
            }
            _leafCells.Add(sorted[i]);
            _leafCounts.Add(1);
        }
        _starts.Add(_leafCells.Count);
        return ~(_starts.Count - 2);
    }

    private int Divide(int start, int end, Cut cut)
    {
        var column = places[cut.Column];
        int left = start, right = 0;
        for (int i = start; i < end; i++)
        {
            int row = _rows[i];
            if (cut.Holds(column[row]))
                _rows[left++] = row;
            else
                _spare[right++] = row;
        }
        _spare.AsSpan(0, right).CopyTo(_rows.AsSpan(left));
        return left;
    }

    private Cut? Best(int start, int end)
    {
        Array.Clear(_all);
        bool isPure = true;
        int first = cells[_rows[start]];
        for (int i = start; i < end; i++)
        {
            int cell = cells[_rows[i]];
            isPure &= cell == first;
            Add(_all, 0, cell);
        }
        if (isPure)
            return null;
        Cut? best = null;
        double least = Squares(_all) / (end - start) * (1 + 1e-6);
        for (int column = 0; column < scales.Length; column++)
        {
            var found = scales[column].IsCategory ? BestSet(column, start, end, ref least) : BestPlace(column, start, end, ref least);
            best = found ?? best;
        }
        return best;
    }

    private Cut? BestPlace(int column, int start, int end, ref double least)
    {
        int[] own = places[column];
        int low = int.MaxValue, high = 0, count = end - start;
        for (int i = start; i < end; i++)
        {
            int place = own[_rows[i]];
            (low, high) = (Math.Min(low, place), Math.Max(high, place));
        }
        if (low == high)
            return null;
        int bins = Math.Clamp(count, 32, MaximumBins), shift = 0;
        while ((high - low) >> shift >= bins)
            shift++;
        bins = ((high - low) >> shift) + 1;
        Collect(own, start, end, low, shift, bins);
        Array.Clear(_left);
        int left = 0, at = -1;
        for (int bin = 0; bin < bins - 1; bin++)
        {
            if (_counts[bin] == 0)
                continue;
            left += _counts[bin];
            for (int i = 0; i < _width; i++)
                _left[i] += _sums[bin * _width + i];
            if (left < minimumLeaf)
                continue;
            if (count - left < minimumLeaf)
                break;
            double gain = Gain(left, count - left);
            if (gain > least)
                (least, at) = (gain, bin);
        }
        return at < 0 ? null : new Cut(column, low + ((at + 1) << shift) - 1, null);
    }

    // Categories in the order of the output that differs most between them: for one output, the best set is a beginning of that order (Breiman et al. 1984).
    private Cut? BestSet(int column, int start, int end, ref double least)
    {
        int count = end - start, bins = Math.Min(scales[column].Count, MaximumBins);
        Collect(places[column], start, end, 0, 0, bins);
        int[] present = [.. Enumerable.Range(0, bins).Where(bin => _counts[bin] > 0)];
        if (present.Length < 2)
            return null;
        int output = Enumerable.Range(0, target.Width).MaxBy(i => present.Sum(bin => (double)_sums[bin * _width + i] * _sums[bin * _width + i] / _counts[bin]) - (double)_all[i] * _all[i] / count);
        Array.Sort(Array.ConvertAll(present, bin => _sums[bin * _width + output] / _counts[bin]), present);
        Array.Clear(_left);
        int left = 0, at = -1;
        for (int k = 0; k < present.Length - 1; k++)
        {
            int bin = present[k];
            left += _counts[bin];
            for (int i = 0; i < _width; i++)
                _left[i] += _sums[bin * _width + i];
            if (left < minimumLeaf || count - left < minimumLeaf)
                continue;
            double gain = Gain(left, count - left);
            if (gain > least)
                (least, at) = (gain, k);
        }
        if (at < 0)
            return null;
        var set = new ulong[CellTree.Words];
        foreach (int bin in present.AsSpan(0, at + 1))
            set[bin / 64] |= 1UL << bin % 64;
        return new Cut(column, 0, set);
    }

    private void Collect(int[] own, int start, int end, int low, int shift, int bins)
    {
        _counts.AsSpan(0, bins).Clear();
        _sums.AsSpan(0, bins * _width).Clear();
        for (int i = start; i < end; i++)
        {
            int row = _rows[i], bin = Math.Min((own[row] - low) >> shift, MaximumBins - 1);
            _counts[bin]++;
            Add(_sums, bin * _width, cells[row]);
        }
    }

    private void Add(float[] sums, int at, int cell)
    {
        for (int i = 0; i < _width; i += Lanes)
            (Vector256.Create(sums, at + i) + Vector256.Create(_outputs, cell * _width + i)).CopyTo(sums, at + i);
    }

    private double Gain(int left, int right)
    {
        float own = 0, other = 0;
        for (int i = 0; i < _width; i++)
        {
            float rest = _all[i] - _left[i];
            own += _left[i] * _left[i];
            other += rest * rest;
        }
        return (double)own / left + (double)other / right;
    }

    private static double Squares(float[] sums)
    {
        double squares = 0;
        foreach (float sum in sums)
            squares += (double)sum * sum;
        return squares;
    }

    // Outputs, rounded up to whole vectors.
    private static int Padding(CellScale target) => (target.Width + Lanes - 1) / Lanes * Lanes;

    private static float[] Padded(CellScale target)
    {
        int width = Padding(target);
        var padded = new float[target.Count * width];
        for (int cell = 0; cell < target.Count; cell++)
            target.Outputs.AsSpan(cell * target.Width, target.Width).CopyTo(padded.AsSpan(cell * width));
        return padded;
    }

    private sealed record Cut(int Column, int Place, ulong[]? Set)
    {
        public bool Holds(int place) => Set is null ? place <= Place : CellTree.IsIn(Set, place);
    }
}
