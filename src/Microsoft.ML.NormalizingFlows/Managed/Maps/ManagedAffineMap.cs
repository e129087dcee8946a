using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>
/// <c>y = a x + b</c> with <c>ln a = s / (1 + |s| / limit)</c>, as <c>ExponentialAffineMap</c>. With
/// <c>i = 1 / (1 + |s| / limit)</c>: d ln a / ds = i^2, dy/ds = a x i^2, dy/db = 1, dy/dx = a.
/// </summary>
internal sealed class ManagedAffineMap<T> : ManagedMap<T> where T : unmanaged, ILanes<T>
{
    private const float Limit = (float)ParameterLimits.SoftLogarithm;

    public override int ParametersPerFeature => 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, y, features, columns, scratch);
        Check(raw, logDeterminant, logDeterminant, Math.Min(1, features), columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        ref float yFirst = ref MemoryMarshal.GetReference(y);
        ref float logFirst = ref MemoryMarshal.GetReference(logDeterminant);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column, parameter = feature * 2 * Panel.Columns + column;
                T s = T.Load(ref rawFirst, parameter);
                T logScale = s * Inverse(s);
                T shift = T.Load(ref rawFirst, parameter + Panel.Columns);
                T.MultiplyAdd(T.Load(ref xFirst, at), LaneMath<T>.Exp(logScale), shift).Store(ref yFirst, at);
                (T.Load(ref logFirst, column) + logScale).Store(ref logFirst, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(
        Span<float> raw, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, g, features, columns, scratch);
        Check(raw, gLogDeterminant, gLogDeterminant, Math.Min(1, features), columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        ref float gFirst = ref MemoryMarshal.GetReference(g);
        ref float gLogFirst = ref MemoryMarshal.GetReference(gLogDeterminant);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column, parameter = feature * 2 * Panel.Columns + column;
                T s = T.Load(ref rawFirst, parameter);
                T inverse = Inverse(s);
                T gShift = T.Load(ref gFirst, at);
                T gX = gShift * LaneMath<T>.Exp(s * inverse);
                T gLogScale = T.MultiplyAdd(gX, T.Load(ref xFirst, at), T.Load(ref gLogFirst, column));
                (gLogScale * inverse * inverse).Store(ref rawFirst, parameter);
                gShift.Store(ref rawFirst, parameter + Panel.Columns);
                gX.Store(ref gFirst, at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Inverse(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch)
    {
        Check(raw, y, x, features, columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float yFirst = ref MemoryMarshal.GetReference(y);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column, parameter = feature * 2 * Panel.Columns + column;
                T s = T.Load(ref rawFirst, parameter);
                T shift = T.Load(ref rawFirst, parameter + Panel.Columns);
                ((T.Load(ref yFirst, at) - shift) * LaneMath<T>.Exp(-(s * Inverse(s)))).Store(ref xFirst, at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Inverse(T s) => T.Broadcast(1f) / LaneMath<T>.Limiter(s, Limit);
}
