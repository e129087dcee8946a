using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>
/// Rows as features for a classifier. A number becomes its piecewise-linear code over quantiles (Gorishniy et al. 2022), which lets any model cut where a
/// tree would, or, for trees, its place among all values; the flags of its most frequent values, so that a spike is not the same as its neighbourhood; and a
/// flag for a missing one. Categories become flags of their most frequent levels, and for trees their place by frequency.
/// </summary>
internal sealed class RowEncoder
{
    private const int Bins = 16, Spikes = 8, Levels = 32;
    private const double MinimumSpike = 0.01;
    private readonly ColumnCode[] _codes;

    /// <param name="columns">Columns, each with the values that decide on its code.</param>
    /// <param name="areCut">Whether the model cuts features where it likes.</param>
    public RowEncoder(IEnumerable<(bool IsCategory, double[] Values)> columns, bool areCut) =>
        _codes = [.. columns.Select(column => new ColumnCode(column.IsCategory, column.Values, areCut))];

    public int Width => _codes.Sum(code => code.Width);

    /// <summary>Codes row <paramref name="row"/> of columns of values.</summary>
    public void Encode(IReadOnlyList<double[]> columns, int row, Span<float> target)
    {
        target.Clear();
        for (int i = 0; i < _codes.Length; i++)
        {
            _codes[i].Encode(columns[i][row], target);
            target = target[_codes[i].Width..];
        }
    }

    public RowTable Encode(IReadOnlyList<double[]> columns, IEnumerable<int> rows)
    {
        var table = new RowTable(Width);
        var row = new float[Width];
        foreach (int i in rows)
        {
            Encode(columns, i, row);
            table.Add(row);
        }
        return table;
    }

    private sealed class ColumnCode
    {
        private readonly double[] _edges;
        private readonly Dictionary<double, int> _flags;

        // For trees: all values of a number in order; of a category the place of each.
        private readonly double[] _sorted = [];
        private readonly Dictionary<double, int> _places = [];
        private readonly bool _isCut;

        public ColumnCode(bool isCategory, double[] values, bool isCut)
        {
            _isCut = isCut;
            double[] present = [.. values.Where(value => !double.IsNaN(value))];
            var frequent = present.CountBy(value => value).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).ToArray();
            if (isCut && isCategory)
                _places = frequent.Select((pair, i) => (pair.Key, i)).ToDictionary();
            else if (isCut)
                _sorted = [.. present.Distinct().Order()];
            _edges = isCategory || isCut || present.Length == 0 ? [] : Comparison.Quantiles(present, Bins);
            _flags = frequent.Where(pair => isCategory || pair.Value >= MinimumSpike * present.Length)
                .Take(isCategory && !isCut ? Levels : Spikes)
                .Select((pair, i) => (pair.Key, i)).ToDictionary();
        }

        private int Intervals => _isCut ? 1 : Math.Max(0, _edges.Length - 1);

        public int Width => Intervals + _flags.Count + 1;

        public void Encode(double value, Span<float> target)
        {
            if (double.IsNaN(value))
            {
                target[Width - 1] = 1;
                return;
            }
            if (_isCut)
                target[0] = Place(value);
            for (int i = 0; !_isCut && i < Intervals; i++)
                target[i] = (float)Math.Clamp((value - _edges[i]) / (_edges[i + 1] - _edges[i]), 0, 1);
            if (_flags.TryGetValue(value, out int flag))
                target[Intervals + flag] = 1;
        }

        // A value between two others lies between their places.
        private float Place(double value)
        {
            if (_places.Count > 0)
                return _places.GetValueOrDefault(value, _places.Count);
            int at = Array.BinarySearch(_sorted, value);
            return at < 0 ? ~at - 0.5f : at;
        }
    }
}
