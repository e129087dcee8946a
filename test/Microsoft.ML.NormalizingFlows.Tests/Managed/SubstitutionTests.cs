using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

public class SubstitutionTests
{
    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void One_row_takes_off_its_share_of_others(int lanes) => Width.Run(lanes, Run<Lanes128>, Run<Lanes256>, Run<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void A_triangular_system_is_solved(int lanes) => Width.Run(lanes, Solve<Lanes128>, Solve<Lanes256>, Solve<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void A_row_is_shifted_and_no_other(int lanes) => Width.Run(lanes, Shift<Lanes128>, Shift<Lanes256>, Shift<Lanes512>);

    private static void Run<T>() where T : unmanaged, ILanes<T>
    {
        float[] panel = Numbers.Whole(6 * Panel.Columns, 1);
        foreach (int columns in new[] { T.Count, 4 * T.Count, 5 * T.Count, Panel.Columns })
        {
            foreach (var (first, target, count) in new[] { (0, 5, 5), (0, 0, 0), (3, 1, 3), (2, 4, 1) })
            {
                float[] coefficients = Numbers.Whole(count, 2), actual = [.. panel], expected = [.. panel];
                for (int column = 0; column < columns; column++)
                {
                    float taken = Enumerable.Range(0, count).Sum(k => coefficients[k] * panel[(first + k) * Panel.Columns + column]);
                    expected[target * Panel.Columns + column] = (expected[target * Panel.Columns + column] - taken) * 0.25f;
                }
                Substitution<T>.Run(coefficients, actual, first, target, 0.25f, columns);
                Assert.Equal(expected, actual);
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Substitution<T>.Run([1], panel, 0, 6, 1, T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Substitution<T>.Run([1, 1], panel, 5, 0, 1, T.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Substitution<T>.Run([1], panel, 0, 1, 1, Panel.Columns + T.Count));
    }

    // L x = y with whole numbers and powers of two on the diagonal: nothing is rounded.
    private static void Solve<T>() where T : unmanaged, ILanes<T>
    {
        const int n = 5;
        float[] lower = Numbers.Whole(n * n, 3), x = Numbers.Whole(n * Panel.Columns, 4), y = new float[x.Length];
        float Diagonal(int row) => 1 << row;
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / Panel.Columns, column = i % Panel.Columns;
            y[i] = Diagonal(row) * x[i] + Enumerable.Range(0, row).Sum(k => lower[row * n + k] * x[k * Panel.Columns + column]);
        }
        for (int row = 0; row < n; row++)
            Substitution<T>.Run(lower.AsSpan(row * n, row), y, 0, row, 1 / Diagonal(row), Panel.Columns);
        Assert.Equal(x, y);
    }

    private static void Shift<T>() where T : unmanaged, ILanes<T>
    {
        float[] panel = Numbers.Whole(2 * Panel.Columns, 1), actual = [.. panel];
        Substitution<T>.Shift(actual.AsSpan(Panel.Columns), 3, T.Count);
        Assert.Equal([.. panel.Select((value, i) => i >= Panel.Columns && i < Panel.Columns + T.Count ? value + 3 : value)], actual);
    }
}
