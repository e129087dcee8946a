using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

public class TranspositionTests
{
    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Rows_become_columns_and_nothing_beside_is_touched(int lanes) => Width.Run(lanes, Run<Lanes128>, Run<Lanes256>, Run<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void What_does_not_fit_is_refused(int lanes) => Width.Run(lanes, Refused<Lanes128>, Refused<Lanes256>, Refused<Lanes512>);

    private static void Run<T>() where T : unmanaged, ILanes<T>
    {
        int[] sizes = [0, 1, 3, T.Count - 1, T.Count, T.Count + 1, 2 * T.Count, 3 * T.Count + 2];
        foreach (int rows in sizes)
        {
            foreach (int columns in sizes)
            {
                foreach (int room in new[] { 0, 5 })
                    Check<T>(rows, columns, room);
            }
        }
    }

    private static void Check<T>(int rows, int columns, int room) where T : unmanaged, ILanes<T>
    {
        int from = columns + room, to = rows + room;
        float[] source = Numbers.Normal(rows * from, 1, 1), target = Numbers.Filled(columns * to, -7);
        Transposition<T>.Run(source, from, target, to, rows, columns);
        for (int column = 0; column < columns; column++)
        {
            for (int row = 0; row < to; row++)
                Assert.Equal(row < rows ? source[row * from + column] : -7, target[column * to + row]);
        }
    }

    private static void Refused<T>() where T : unmanaged, ILanes<T>
    {
        int n = T.Count;
        Assert.Throws<ArgumentOutOfRangeException>(() => Transposition<T>.Run(new float[n * n - 1], n, new float[n * n], n, n, n));
        Assert.Throws<ArgumentOutOfRangeException>(() => Transposition<T>.Run(new float[n * n], n, new float[n * n - 1], n, n, n));
    }
}
