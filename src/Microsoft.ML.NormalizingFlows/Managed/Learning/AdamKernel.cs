using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>The passes over the flat vectors that a step of AdamW takes; all lengths are multiples of the lanes.</summary>
internal static class AdamKernel<T> where T : unmanaged, ILanes<T>
{
    // Sums of so many squares are exact enough in float32; these are added up in float64.
    private const int Block = 1_024;

    /// <summary>|g|^2; what is <see cref="Negligible"/> counts as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredNorm(ReadOnlySpan<float> g)
    {
        ref float first = ref MemoryMarshal.GetReference(g);
        T limit = T.Broadcast(Negligible.Gradient);
        double total = 0;
        for (int start = 0; start < g.Length; start += Block)
        {
            T sum = default;
            int end = Math.Min(g.Length, start + Block);
            for (int i = start; i < end; i += T.Count)
            {
                T value = Clear(T.Load(ref first, (nuint)i), limit);
                sum = T.MultiplyAdd(value, value, sum);
            }
            total += sum.Sum();
        }
        return total;
    }

    /// <summary>
    /// <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>, <c>p = kept p - rate m / (sqrt(v) unbiased + eps)</c>, where g is
    /// the gradient times <see cref="AdamStep.Clip"/>. What is <see cref="Negligible"/> beside eps becomes 0: moments of an element whose gradient
    /// stays 0 would decay into the subnormal numbers, and rounding would keep them there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(in AdamStep step, Span<float> values, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(mean.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(square.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % T.Count, 0);
        ref float valueFirst = ref MemoryMarshal.GetReference(values);
        ref float gradientFirst = ref MemoryMarshal.GetReference(gradient);
        ref float meanFirst = ref MemoryMarshal.GetReference(mean);
        ref float squareFirst = ref MemoryMarshal.GetReference(square);
        T clip = T.Broadcast(step.Clip), kept = T.Broadcast(step.Kept), rate = T.Broadcast(-step.Rate);
        T beta1 = T.Broadcast(AdamStep.Beta1), fresh1 = T.Broadcast(AdamStep.Fresh1);
        T beta2 = T.Broadcast(AdamStep.Beta2), fresh2 = T.Broadcast(AdamStep.Fresh2);
        T gradientLimit = T.Broadcast(Negligible.Gradient), meanLimit = T.Broadcast(Negligible.Mean);
        T squareLimit = T.Broadcast(Negligible.Square), valueLimit = T.Broadcast(Negligible.Value);
        T unbiased = T.Broadcast(step.Unbiased), epsilon = T.Broadcast(AdamStep.Epsilon);
        for (nuint i = 0; i < (nuint)values.Length; i += (nuint)T.Count)
        {
            T g = Clear(T.Load(ref gradientFirst, i) * clip, gradientLimit);
            T m = Clear(T.MultiplyAdd(beta1, T.Load(ref meanFirst, i), fresh1 * g), meanLimit);
            T v = Clear(T.MultiplyAdd(beta2, T.Load(ref squareFirst, i), fresh2 * g * g), squareLimit);
            m.Store(ref meanFirst, i);
            v.Store(ref squareFirst, i);
            T change = m / T.MultiplyAdd(T.Sqrt(v), unbiased, epsilon);
            Clear(T.MultiplyAdd(rate, change, T.Load(ref valueFirst, i) * kept), valueLimit).Store(ref valueFirst, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Clear(T a, T limit) => T.Select(T.LessOrEqual(T.Abs(a), limit), default, a);
}
