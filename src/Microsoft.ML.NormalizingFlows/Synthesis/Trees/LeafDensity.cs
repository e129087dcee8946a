using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// The distribution of a column in one leaf: cells without a rank by their rows, and ranks by a triangular kernel around each that is as wide as its neighbours
/// are far; that of an outermost one reaches no farther than to the next, and as far outward. What a kernel has beyond all ranks is reflected at their end, so that the ranks of all
/// leaves together stay evenly spread, and tails as heavy as they are (Schuster 1985).
/// </summary>
internal readonly ref struct LeafDensity
{
    private readonly RankScale _scale;
    private readonly double _kernelWidth;
    private readonly ReadOnlySpan<int> _cells, _counts;
    private readonly double _rows, _low, _high;

    public LeafDensity(ReadOnlySpan<int> cells, ReadOnlySpan<int> counts, RankScale scale, double kernelWidth)
    {
        (_scale, _kernelWidth) = (scale, kernelWidth);
        _cells = cells;
        _counts = counts;
        foreach (int count in _counts)
            _rows += count;
        // Ranges come behind single cells, in order.
        int first = 0, last = _cells.Length - 1;
        while (first < last && !scale.Has(_cells[first]))
            first++;
        if (last > first)
        {
            _low = Middle(first) - Gap(first);
            _high = Middle(last) + Gap(last - 1);
        }
    }

    /// <summary>How many there are.</summary>
    public double Rows => _rows;

    /// <summary>The probability of a cell.</summary>
    public double Probability(int cell)
    {
        double rows = 0;
        var (low, high) = _scale.Has(cell) ? _scale.Part(cell) : (double.NaN, double.NaN);
        for (int i = 0; i < _cells.Length; i++)
        {
            double reach = Reach(i);
            if (reach == 0)
                rows += _cells[i] == cell ? _counts[i] : 0;
            else if (Touches(i, reach, low, high))
                rows += _counts[i] * (Below(i, reach, high) - Below(i, reach, low));
        }
        return rows / _rows;
    }

    /// <summary>Adds a share of the probabilities of all cells.</summary>
    public void AddTo(Span<double> probabilities, double share)
    {
        double unit = share / _rows;
        for (int i = 0; i < _cells.Length; i++)
        {
            double reach = Reach(i);
            if (reach == 0)
            {
                probabilities[_cells[i]] += unit * _counts[i];
                continue;
            }
            double least = Math.Max(_low, Middle(i) - reach), most = Math.Min(_high, Middle(i) + reach);
            int first = _scale.At(Math.Min(Math.Max(0, least), most > 1 ? 2 - most : 1));
            double before = Below(i, reach, _scale.Part(first).Low);
            for (int cell = first; before < 1 && cell < probabilities.Length; cell++)
            {
                double below = Below(i, reach, _scale.Part(cell).High);
                probabilities[cell] += unit * _counts[i] * (below - before);
                before = below;
            }
        }
    }

    /// <summary>Draws a cell.</summary>
    public int Draw(RandomStream random)
    {
        double left = random.NextUniform() * _rows;
        for (int i = 0; i < _cells.Length; i++)
        {
            left -= _counts[i];
            if (left >= 0)
                continue;
            double reach = Reach(i);
            if (reach == 0)
                return _cells[i];
            var (least, most) = Ends(i, reach);
            double rank = Math.Abs(Middle(i) + reach * Quantile(least + random.NextUniform() * (most - least)));
            return _scale.At(Math.Min(rank, 2 - rank));
        }
        return _cells[^1];
    }

    private double Middle(int i)
    {
        var (low, high) = _scale.Part(_cells[i]);
        return (low + high) / 2;
    }

    // From a rank to the next one of the leaf. Of a value that very many rows have, no more counts than of its neighbour, however far its middle is.
    private double Gap(int i)
    {
        var (low, high) = _scale.Part(_cells[i]);
        var (nextLow, nextHigh) = _scale.Part(_cells[i + 1]);
        return nextLow - high + Math.Min(high - low, nextHigh - nextLow);
    }

    // Half the width of the triangle, sqrt(6) standard deviations; 0 where it does not leave its cell.
    private double Reach(int i)
    {
        if (!_scale.Has(_cells[i]))
            return 0;
        bool hasLower = i > 0 && _scale.Has(_cells[i - 1]), hasUpper = i < _cells.Length - 1;
        if (!hasLower && !hasUpper)
            return 0;
        double lower = hasLower ? Gap(i - 1) : 0, upper = hasUpper ? Gap(i) : 0;
        double gap = hasLower && hasUpper ? 2 * lower * upper / (lower + upper) : lower + upper;
        double reach = Math.Sqrt(6) * _kernelWidth * gap / _counts[i];
        if (hasLower != hasUpper)
            reach = Math.Min(reach, gap);
        var (low, high) = _scale.Part(_cells[i]);
        return reach * 2 <= high - low ? 0 : reach;
    }

    // Whether a kernel has any of a range, be it reflected.
    private bool Touches(int i, double reach, double low, double high)
    {
        double least = Middle(i) - reach, most = Middle(i) + reach;
        return low < most && high > least || low < -least || high > 2 - most;
    }

    // The part of a kernel below a rank, of what lies within the reach of the leaf, with what is reflected at 0 and 1.
    private double Below(int i, double reach, double rank)
    {
        var (least, most) = Ends(i, reach);
        double middle = Middle(i);
        return Part(rank) - Part(-rank) + 1 - Part(2 - rank);

        double Part(double end) => Math.Clamp((Cumulative((end - middle) / reach) - least) / (most - least), 0, 1);
    }

    private (double Least, double Most) Ends(int i, double reach) => (Cumulative((_low - Middle(i)) / reach), Cumulative((_high - Middle(i)) / reach));

    // Of the triangular distribution on [-1, 1].
    private static double Cumulative(double x) => x <= -1 ? 0 : x >= 1 ? 1 : x < 0 ? (1 + x) * (1 + x) / 2 : 1 - (1 - x) * (1 - x) / 2;

    private static double Quantile(double share) => share < 0.5 ? Math.Sqrt(2 * share) - 1 : 1 - Math.Sqrt(2 * (1 - share));
}
