using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>Products of whole numbers, which no order of adding rounds, beside three plain loops.</summary>
public class MatrixProductTests
{
    private const float Untouched = 1_000;

    private static readonly int[] Depths = [0, 1, 7, 300];     // the last is cut in parts

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Products_are_those_of_plain_loops(int lanes) => Width.Run(lanes, Products<Lanes128>, Products<Lanes256>, Products<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Depths_that_a_mask_cuts_are_passed_over(int lanes) => Width.Run(lanes, MaskedDepths<Lanes128>, MaskedDepths<Lanes256>, MaskedDepths<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Columns_that_no_row_wants_stay_as_they_are(int lanes) => Width.Run(lanes, Columns<Lanes128>, Columns<Lanes256>, Columns<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void What_does_not_fit_is_refused(int lanes) => Width.Run(lanes, Refused<Lanes128>, Refused<Lanes256>, Refused<Lanes512>);

    private static void Products<T>() where T : unmanaged, ILanes<T>
    {
        foreach (int depth in Depths)
        {
            for (int rows = 1; rows <= 13; rows++)
            {
                foreach (int registers in new[] { 1, 2, 3, 6 })
                {
                    foreach (bool transposed in new[] { false, true })
                    {
                        foreach (var start in Enum.GetValues<ProductStart>())
                            new Case(rows, registers * T.Count, depth, transposed).Check<T>(start, default, registers * T.Count);
                    }
                }
            }
        }
    }

    // Numbers of B that no row needs are no numbers: whoever reads them is found out.
    private static void MaskedDepths<T>() where T : unmanaged, ILanes<T>
    {
        foreach (int depth in Depths[1..])
        {
            foreach (int rows in new[] { 1, 6, 13, 40 })
            {
                foreach (var start in Enum.GetValues<ProductStart>())
                {
                    int[] ends = [.. Enumerable.Range(0, rows).Select(row => row * (depth - 1) / rows)];
                    var low = new Case(rows, 3 * T.Count, depth, false);
                    low.Keep((row, k) => k < ends[row]);
                    low.Spoil(k => k >= ends[^1]);
                    low.Check<T>(start, new ProductRange { To = ends }, 3 * T.Count);

                    var high = new Case(rows, 3 * T.Count, depth, true);
                    int[] starts = [.. ends.Select(end => end + 1)];
                    high.Keep((row, k) => k >= starts[row]);
                    high.Spoil(k => k < starts[0]);
                    high.Check<T>(start, new ProductRange { From = starts }, 3 * T.Count);
                }
            }
        }
        var mask = new Staircase([0, 0, 1, 1, 2, 3, 3], [0, 1, 1, 2, 2, 3, 3, 4, 4], strict: true);
        var forward = new Case(9, 2 * T.Count, 7, false);
        forward.Keep((output, input) => input < mask.Ends[output]);
        forward.Check<T>(ProductStart.Bias, new ProductRange { To = mask.Ends }, 2 * T.Count);
        var back = new Case(7, 2 * T.Count, 9, true);
        back.Keep((input, output) => output >= mask.Starts[input]);
        back.Check<T>(ProductStart.Zero, new ProductRange { From = mask.Starts }, 2 * T.Count);
    }

    private static void Columns<T>() where T : unmanaged, ILanes<T>
    {
        for (int rows = 1; rows <= 13; rows++)
        {
            foreach (int end in new[] { 0, 1, T.Count, T.Count + 1, 3 * T.Count })
            {
                int[] ends = [.. Enumerable.Range(0, rows).Select(row => end * (row + 1) / rows)];
                var range = new ProductRange { Columns = ends };
                foreach (int depth in Depths)
                    new Case(rows, 4 * T.Count, depth, false).Check<T>(ProductStart.Target, range, Lengths.RoundUp(end, T.Count));
            }
        }
    }

    private static void Refused<T>() where T : unmanaged, ILanes<T>
    {
        int n = T.Count;
        var numbers = new float[100 * n];
        void Throws(int rows, int columns, int depth, int a, int b, int c, int bias) => Assert.Throws<ArgumentOutOfRangeException>(() =>
            MatrixProduct<T>.Run(
                new LeftFactor(numbers.AsSpan(0, a), depth, 1), numbers.AsSpan(0, b), n, numbers.AsSpan(0, c), n, rows, columns, depth,
                ProductStart.Bias, numbers.AsSpan(0, bias)));
        MatrixProduct<T>.Run(new LeftFactor(numbers.AsSpan(0, 15), 5, 1), numbers.AsSpan(0, 5 * n), n, numbers.AsSpan(0, 3 * n), n, 3, n, 5);
        Throws(-1, n, 5, 15, 5 * n, 3 * n, 3);
        Throws(3, n, -1, 15, 5 * n, 3 * n, 3);
        Throws(3, n - 1, 5, 15, 5 * n, 3 * n, 3);
        Throws(3, n, 5, 14, 5 * n, 3 * n, 3);
        Throws(3, n, 5, 15, 5 * n - 1, 3 * n, 3);
        Throws(3, n, 5, 15, 5 * n, 3 * n - 1, 3);
        Throws(3, n, 5, 15, 5 * n, 3 * n, 2);
    }

    /// <summary>A product with room between its rows.</summary>
    private sealed class Case
    {
        private readonly int _rows, _columns, _depth, _rowStride, _depthStride, _bStride, _cStride;
        private readonly float[] _a, _b, _c, _bias;

        public Case(int rows, int columns, int depth, bool transposed)
        {
            (_rows, _columns, _depth) = (rows, columns, depth);
            (_rowStride, _depthStride) = transposed ? (1, rows + 3) : (depth + 2, 1);
            (_bStride, _cStride) = (columns + 1, columns + 2);
            _a = Numbers.Whole(Math.Max(rows * _rowStride, depth * _depthStride) + 1, 1);
            _b = Numbers.Whole(depth * _bStride, 2);
            _c = Numbers.Whole(rows * _cStride, 3);
            _bias = Numbers.Whole(rows, 4);
            for (int row = 0; row < rows; row++)
                _c.AsSpan(row * _cStride + columns, 2).Fill(Untouched);
        }

        public void Keep(Func<int, int, bool> keeps)
        {
            for (int row = 0; row < _rows; row++)
            {
                for (int k = 0; k < _depth; k++)
                    A(row, k) = keeps(row, k) ? A(row, k) : 0;
            }
        }

        public void Spoil(Func<int, bool> spoils)
        {
            for (int k = 0; k < _depth; k++)
            {
                if (spoils(k))
                    _b.AsSpan(k * _bStride, _columns).Fill(float.NaN);
            }
        }

        /// <summary>Runs it; what no row wants, from column <paramref name="width"/> on, and what lies between rows stays.</summary>
        public void Check<T>(ProductStart start, ProductRange range, int width) where T : unmanaged, ILanes<T>
        {
            float[] c = [.. _c];
            MatrixProduct<T>.Run(
                new LeftFactor(_a, _rowStride, _depthStride), _b, _bStride, c, _cStride, _rows, _columns, _depth, start, _bias, range);
            for (int row = 0; row < _rows; row++)
            {
                int wanted = range.Columns.IsEmpty ? width : range.Columns[row];
                for (int column = 0; column < _cStride; column++)
                {
                    int at = row * _cStride + column;
                    bool isWanted = column < wanted;
                    if (!isWanted && column < width)
                        continue;   // a tile may compute more than a row of it wants
                    double expected = isWanted ? Product(row, column, start, c: _c[at]) : _c[at];
                    if (c[at] != expected)
                        Assert.Fail($"({row}, {column}) of ({_rows}, {_depth}) times ({_depth}, {_columns}), {start}: {c[at]}, expected {expected}");
                }
            }
        }

        private ref float A(int row, int k) => ref _a[row * _rowStride + k * _depthStride];

        private double Product(int row, int column, ProductStart start, float c)
        {
            double sum = start switch { ProductStart.Target => c, ProductStart.Bias => _bias[row], _ => 0 };
            for (int k = 0; k < _depth; k++)
                sum += A(row, k) == 0 ? 0 : (double)A(row, k) * _b[k * _bStride + column];
            return sum;
        }
    }
}
