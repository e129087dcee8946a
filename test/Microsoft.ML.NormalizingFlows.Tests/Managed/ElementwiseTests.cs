using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>Operations on panels number by number; of a panel with rows to spare, columns that are not in use stay.</summary>
public class ElementwiseTests
{
    private const int Rows = 3;

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Arithmetic_is_that_of_each_number(int lanes) => Width.Run(lanes, Arithmetic<Lanes128>, Arithmetic<Lanes256>, Arithmetic<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Bounds_hold_and_let_gradients_through_within_them(int lanes) => Width.Run(lanes, Bounds<Lanes128>, Bounds<Lanes256>, Bounds<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Rows_are_filled_shifted_and_summed(int lanes) => Width.Run(lanes, RowWise<Lanes128>, RowWise<Lanes256>, RowWise<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void A_column_of_weight_0_is_0_whatever_stands_in_it(int lanes) => Width.Run(lanes, Weights<Lanes128>, Weights<Lanes256>, Weights<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void The_greatest_of_several_panels_is_taken(int lanes) => Width.Run(lanes, Greatest<Lanes128>, Greatest<Lanes256>, Greatest<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void What_does_not_fit_is_refused(int lanes) => Width.Run(lanes, Refused<Lanes128>, Refused<Lanes256>, Refused<Lanes512>);

    private static void Arithmetic<T>() where T : unmanaged, ILanes<T>
    {
        float[] a = Numbers.Rows(Rows, 1, 1), b = Numbers.Rows(Rows, 1, 2), y = Numbers.Rows(Rows, 1, 3);
        Same<T>(y, (y, n) => Elementwise<T>.Multiply(a, b, y, Rows, n), i => a[i] * b[i]);
        Same<T>(y, (y, n) => Elementwise<T>.Subtract(a, b, y, Rows, n), i => a[i] - b[i]);
        Same<T>(y, (y, n) => Elementwise<T>.Divide(a, b, y, Rows, n), i => a[i] / b[i]);
        Same<T>(y, (y, n) => Elementwise<T>.Add(a, y, Rows, n), i => y[i] + a[i]);
        float[] p = Numbers.Whole(a.Length, 1), q = Numbers.Whole(a.Length, 2), r = Numbers.Whole(a.Length, 3);
        Same<T>(r, (y, n) => Elementwise<T>.MultiplyAdd(p, q, y, Rows, n), i => r[i] + p[i] * q[i]);
        float[] half = Array.ConvertAll(p, value => value / 8);
        Same<T>(q, (y, n) => Elementwise<T>.SigmoidGradient(half, y, Rows, n), i => q[i] * half[i] * (1 - half[i]));
    }

    private static void Bounds<T>() where T : unmanaged, ILanes<T>
    {
        float[] x = Numbers.Whole(Rows * Panel.Columns, 1), d = Numbers.Whole(x.Length, 2), y = Numbers.Whole(x.Length, 3);
        Same<T>(y, (y, n) => Elementwise<T>.Rectify(x, y, Rows, n), i => Math.Max(x[i], 0));
        Same<T>(y, (y, n) => Elementwise<T>.RectifyGradient(x, y, Rows, n, 1.25f), i => x[i] > 0 ? y[i] * 1.25f : 0);
        Same<T>(y, (y, n) => Elementwise<T>.AddRectifyGradient(x, d, y, Rows, n), i => y[i] + (x[i] > 0 ? d[i] : 0));
        Same<T>(y, (y, n) => Elementwise<T>.Clamp(x, y, Rows, n, 5), i => Math.Clamp(x[i], -5, 5));
        Same<T>(y, (y, n) => Elementwise<T>.AddClampGradient(x, d, y, Rows, n, 5), i => y[i] + (Math.Abs(x[i]) <= 5 ? d[i] : 0));
        float[] odd = [.. x.Select((value, i) => i % 5 == 2 ? float.NaN : i % 7 == 3 ? float.NegativeInfinity : value)];
        Same<T>(odd, (y, n) => Elementwise<T>.AtLeast(y, -2, Rows, n), i => odd[i] >= -2 ? odd[i] : -2);
    }

    private static void RowWise<T>() where T : unmanaged, ILanes<T>
    {
        float[] x = Numbers.Whole(Rows * Panel.Columns, 1), values = [3, -5, 7];
        Same<T>(x, (y, n) => Elementwise<T>.Fill(values, y, Rows, n), i => values[i / Panel.Columns]);
        Same<T>(x, (y, n) => Elementwise<T>.AddToRows(values, y, Rows, n), i => x[i] + values[i / Panel.Columns]);
        foreach (int columns in new[] { 0, T.Count, Panel.Columns })
        {
            float[] sums = [.. values];
            Elementwise<T>.AddRowSums(x, sums, Rows, columns);
            for (int row = 0; row < Rows; row++)
                Assert.Equal(values[row] + x.Skip(row * Panel.Columns).Take(columns).Sum(), sums[row]);
            float[] density = Numbers.Whole(Panel.Columns, 4);
            float[] expected = [.. density.Select((value, c) => c < columns
                ? value + 9 - Enumerable.Range(0, Rows).Sum(row => x[row * Panel.Columns + c] * x[row * Panel.Columns + c]) / 2 : value)];
            Elementwise<T>.AddGaussian(x, 9, density, Rows, columns);
            Assert.Equal(expected, density);
        }
    }

    private static void Weights<T>() where T : unmanaged, ILanes<T>
    {
        float[] weights = Numbers.Whole(Panel.Columns, 1), y = Numbers.Whole(Rows * Panel.Columns, 2);
        Assert.Contains(0, weights[..T.Count]);
        float[] x = [.. Numbers.Whole(y.Length, 3).Select((value, i) =>
            weights[i % Panel.Columns] != 0 ? value : i % 2 == 0 ? float.NaN : float.PositiveInfinity)];
        Same<T>(
            y, (y, n) => Elementwise<T>.ScaleColumns(x, weights, -0.5f, y, Rows, n),
            i => weights[i % Panel.Columns] == 0 ? 0 : x[i] * weights[i % Panel.Columns] * -0.5f);
    }

    private static void Greatest<T>() where T : unmanaged, ILanes<T>
    {
        var greatest = Numbers.Filled(Panel.Columns, float.NegativeInfinity);
        var taken = new float[Rows * Panel.Columns];
        float[][] candidates = [.. Enumerable.Range(0, 4).Select(k => Numbers.Whole(Panel.Columns, (ulong)k))];
        float[][] panels = [.. Enumerable.Range(0, 4).Select(k => Numbers.Rows(Rows, 1, (ulong)(10 + k)))];
        for (int k = 0; k < candidates.Length; k++)
            Elementwise<T>.TakeWhereGreater(candidates[k], greatest, panels[k], taken, Rows, Panel.Columns);
        for (int column = 0; column < Panel.Columns; column++)
        {
            int first = Enumerable.Range(0, candidates.Length).MaxBy(k => candidates[k][column]);
            Assert.Equal(candidates[first][column], greatest[column]);
            for (int row = 0; row < Rows; row++)
                Assert.Equal(panels[first][row * Panel.Columns + column], taken[row * Panel.Columns + column]);
        }
    }

    private static void Refused<T>() where T : unmanaged, ILanes<T>
    {
        float[] panel = new float[Rows * Panel.Columns], shorter = new float[panel.Length - 1], row = new float[Panel.Columns];
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.Add(panel, panel, Rows, T.Count - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.Add(panel, panel, Rows, Panel.Columns + T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.Add(panel, panel, -1, T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.Add(shorter, panel, Rows, T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.Add(panel, shorter, Rows, T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.ScaleColumns(panel, row[1..], 1, panel, Rows, T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise<T>.AddGaussian(panel, 1, row[1..], Rows, T.Count));
    }

    private static void Same<T>(float[] panel, Action<float[], int> operation, Func<int, float> expected) where T : unmanaged, ILanes<T>
    {
        foreach (int columns in new[] { 0, T.Count, 3 * T.Count, Panel.Columns })
        {
            float[] actual = [.. panel];
            operation(actual, columns);
            Assert.Equal([.. panel.Select((value, i) => i % Panel.Columns < columns ? expected(i) : value)], actual);
        }
    }
}
