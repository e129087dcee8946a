using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>Functions of lanes beside System.Math in float64.</summary>
public class LaneMathTests
{
    private const int Points = 1 << 17;

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Exponentials_are_exact_and_held_at_the_ends(int lanes) =>
        Width.Run(lanes, Exponentials<Lanes128>, Exponentials<Lanes256>, Exponentials<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Logarithms_are_exact(int lanes) => Width.Run(lanes, Logarithms<Lanes128>, Logarithms<Lanes256>, Logarithms<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Softplus_and_its_slope_are_exact(int lanes) => Width.Run(lanes, Softplus<Lanes128>, Softplus<Lanes256>, Softplus<Lanes512>);

    private static void Exponentials<T>() where T : unmanaged, ILanes<T>
    {
        float[] x = Grid(-87, 88), y = Map<T>(x, LaneMath<T>.Exp);
        for (int i = 0; i < x.Length; i++)
            Close(Math.Exp(x[i]), y[i], 3e-7 * Math.Exp(x[i]), x[i]);
        float[] ends = Map<T>([-87, 88], LaneMath<T>.Exp);
        float[] outside = Map<T>([-88, -1e30f, float.NegativeInfinity, 89, 1e30f, float.PositiveInfinity], LaneMath<T>.Exp);
        Assert.Equal([ends[0], ends[0], ends[0], ends[1], ends[1], ends[1]], outside);
    }

    private static void Logarithms<T>() where T : unmanaged, ILanes<T>
    {
        float[] x = [.. Grid(Math.Log(1e-37), Math.Log(1e38)).Select(value => (float)Math.Exp(value)), .. Grid(0.5, 2), 1];
        float[] y = Map<T>(x, LaneMath<T>.Log);
        for (int i = 0; i < x.Length; i++)
            Close(Math.Log(x[i]), y[i], 2e-7 * Math.Max(1, Math.Abs(Math.Log(x[i]))), x[i]);
        Assert.Equal(0, y[^1]);
    }

    private static void Softplus<T>() where T : unmanaged, ILanes<T>
    {
        float[] x = [.. Grid(-80, 80), 0, -1e30f, 1e30f];
        float[] softplus = Map<T>(x, LaneMath<T>.Softplus), sigmoid = Map<T>(x, v => LaneMath<T>.SigmoidOf(v, LaneMath<T>.Decay(v)));
        for (int i = 0; i < x.Length; i++)
        {
            Close(Math.Max(x[i], 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)x[i]))), softplus[i], 2e-7 * Math.Max(1, x[i]), x[i]);
            Close(1 / (1 + Math.Exp(-x[i])), sigmoid[i], 3e-7, x[i]);
        }
    }

    private static float[] Grid(double from, double to) =>
        [.. Enumerable.Range(0, Points).Select(i => (float)(from + (to - from) * i / (Points - 1)))];

    private static float[] Map<T>(float[] x, Func<T, T> function) where T : unmanaged, ILanes<T>
    {
        var y = new float[x.Length];
        Span<float> from = stackalloc float[T.Count], to = stackalloc float[T.Count];
        for (int start = 0; start < x.Length; start += T.Count)
        {
            int count = Math.Min(T.Count, x.Length - start);
            x.AsSpan(start, count).CopyTo(from);
            function(T.Load(ref from[0])).Store(ref to[0]);
            to[..count].CopyTo(y.AsSpan(start));
        }
        return y;
    }

    private static void Close(double expected, float actual, double tolerance, float at)
    {
        if (!(Math.Abs(expected - actual) <= tolerance))
            Assert.Fail($"At {at:G9}: {actual:G9}, expected {expected:G9}");
    }
}
