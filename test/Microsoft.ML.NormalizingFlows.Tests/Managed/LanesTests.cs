using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>What is more than one instruction in a register, and what has a choice to make.</summary>
public class LanesTests
{
    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Uniforms_are_those_of_the_counter_hash(int lanes) => Width.Run(lanes, Uniforms<Lanes128>, Uniforms<Lanes256>, Uniforms<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void A_block_is_transposed_and_nothing_beside(int lanes) => Width.Run(lanes, Transpose<Lanes128>, Transpose<Lanes256>, Transpose<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Numbers_come_apart_and_together_again(int lanes) => Width.Run(lanes, Mantissas<Lanes128>, Mantissas<Lanes256>, Mantissas<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void A_mask_selects_lane_by_lane_and_no_number_is_below_another(int lanes) => Width.Run(lanes, Select<Lanes128>, Select<Lanes256>, Select<Lanes512>);

    [SkippableTheory, MemberData(nameof(Width.All), MemberType = typeof(Width))]
    public void Sums_take_every_lane(int lanes) => Width.Run(lanes, Sum<Lanes128>, Sum<Lanes256>, Sum<Lanes512>);

    private static void Uniforms<T>() where T : unmanaged, ILanes<T>
    {
        foreach (uint first in new uint[] { 0, 1, 12_345, 0x8000_0000, uint.MaxValue - 3 })
        {
            foreach (uint step in new uint[] { 0, 1, 3, 64, 0x1000_0001 })
                Assert.Equal(Lane<T>(i => CounterHash.Uniform(first + (uint)i * step)), Lane(T.Uniforms(first, step)));
        }
    }

    private static void Transpose<T>() where T : unmanaged, ILanes<T>
    {
        int n = T.Count, from = n + 3, to = n + 5;
        float[] source = Numbers.Normal(n * from, 1, 1), target = Numbers.Filled(n * to, -7);
        T.Transpose(ref source[0], (nuint)from, ref target[0], (nuint)to);
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < to; column++)
                Assert.Equal(column < n ? source[column * from + row] : -7, target[row * to + column]);
        }
    }

    private static void Mantissas<T>() where T : unmanaged, ILanes<T>
    {
        foreach (float start in new[] { 1.17549435e-38f, 0.3f, 0.5f, 1f, 7f, 1e30f })
        {
            float[] values = Lane<T>(i => start * (1 + 0.37f * i));
            float[] mantissas = Lane(T.Mantissa(T.Load(ref values[0]), out T exponent)), exponents = Lane(exponent);
            for (int i = 0; i < T.Count; i++)
            {
                Assert.InRange(mantissas[i], 0.5f, MathF.BitDecrement(1));
                Assert.Equal(values[i], MathF.ScaleB(mantissas[i], (int)exponents[i]));
            }
        }
        for (int n = -126; n <= 127; n++)
            Assert.Equal(Lane<T>(_ => MathF.ScaleB(1.25f, n)), Lane(T.TimesPowerOfTwo(T.Broadcast(1.25f), T.Broadcast(n))));
    }

    private static void Select<T>() where T : unmanaged, ILanes<T>
    {
        float[] a = Lane<T>(i => i % 4 == 3 ? float.NaN : i), b = Lane<T>(i => i % 4 == 1 ? i - 1 : i);
        T mask = T.LessOrEqual(T.Load(ref a[0]), T.Load(ref b[0]));
        Assert.Equal(Lane<T>(i => i % 2 == 0 ? 5 : 6), Lane(T.Select(mask, T.Broadcast(5), T.Broadcast(6))));
    }

    private static void Sum<T>() where T : unmanaged, ILanes<T>
    {
        float[] values = Lane<T>(i => 1 << i);
        Assert.Equal((1 << T.Count) - 1, T.Load(ref values[0]).Sum());
    }

    private static float[] Lane<T>(Func<int, float> value) where T : unmanaged, ILanes<T> => [.. Enumerable.Range(0, T.Count).Select(value)];

    private static float[] Lane<T>(T register) where T : unmanaged, ILanes<T>
    {
        var values = new float[T.Count];
        register.Store(ref values[0]);
        return values;
    }
}
