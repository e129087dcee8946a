using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Compiled.Kernels;
using Microsoft.ML.NormalizingFlows.Compiled.Lanes;
using Microsoft.ML.NormalizingFlows.Flows;

namespace Microsoft.ML.NormalizingFlows.Compiled.Maps;

/// <summary>
/// <see cref="RationalQuadraticSplineMap"/> in its soft-limited form. The bin of a value is found without normalising
/// the bins: with E_j the sum of the first j exponentials, knot j lies at or below x where
/// <c>E_j + j c0 S / c1 &lt;= (x + B) / 2B  S / c1</c>. <see cref="SplineBinKernel{T}"/> has the curve within a bin.
/// </summary>
internal sealed class CompiledSplineMap<T>(int bins, double tailBound, double logitScale) : CompiledMap<T>
    where T : unmanaged, ILanes<T>
{
    private const float LeastSize = 1e-3f;
    private const float LeastSlope = 1e-3f;
    private const float LogitLimit = (float)SoftLimit.Logarithm;
    private const float SlopeLimit = (float)SoftLimit.Slope;

    private readonly float _bound = (float)tailBound;
    private readonly float _logitScale = (float)logitScale;
    private readonly float _share = 1 - LeastSize * bins;

    public override int ParametersPerFeature { get; } = 3 * bins - 1;

    // For each bin of both axes e_j, and the slope of the limit at its logit.
    public override int ScratchLength { get; } = 4 * bins * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, y, features, columns, scratch);
        Check(raw, logDeterminant, logDeterminant, Math.Min(1, features), columns, scratch);
        ref float widths = ref MemoryMarshal.GetReference(scratch);
        ref float heights = ref Unsafe.Add(ref widths, bins * T.Count);
        T bound = T.Broadcast(_bound);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                ref float parameters = ref Unsafe.Add(ref MemoryMarshal.GetReference(raw), feature * (nuint)ParametersPerFeature * Panel.Columns + column);
                nuint at = feature * Panel.Columns + column;
                T value = T.Load(ref MemoryMarshal.GetReference(x), at);
                T within = T.Min(T.Max(value, -bound), bound);
                SplineAxis<T> along = default, across = default;
                along.InverseSum = Exponentials(ref parameters, ref widths);
                across.InverseSum = Exponentials(ref Unsafe.Add(ref parameters, bins * Panel.Columns), ref heights);
                Find(within, ref parameters, ref widths, ref heights, ref along, ref across, out T index, out T rawSlope0, out T rawSlope1);
                T slope0 = Slope(rawSlope0, T.LessOrEqual(index, default));
                T slope1 = Slope(rawSlope1, T.LessOrEqual(T.Broadcast(bins - 1), index));
                SplineBinKernel<T>.Forward(within, along, across, slope0, slope1, out T mapped, out T logSlope);
                T inside = T.LessOrEqual(T.Abs(value), bound);
                T.Select(inside, mapped, value).Store(ref MemoryMarshal.GetReference(y), at);
                ref float sum = ref MemoryMarshal.GetReference(logDeterminant);
                (T.Load(ref sum, column) + T.Select(inside, logSlope, default)).Store(ref sum, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(
        Span<float> raw, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, g, features, columns, scratch);
        Check(raw, gLogDeterminant, gLogDeterminant, Math.Min(1, features), columns, scratch);
        ref float widths = ref MemoryMarshal.GetReference(scratch);
        ref float heights = ref Unsafe.Add(ref widths, bins * T.Count);
        ref float widthLimits = ref Unsafe.Add(ref heights, bins * T.Count);
        ref float heightLimits = ref Unsafe.Add(ref widthLimits, bins * T.Count);
        T bound = T.Broadcast(_bound);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                ref float parameters = ref Unsafe.Add(ref MemoryMarshal.GetReference(raw), feature * (nuint)ParametersPerFeature * Panel.Columns + column);
                ref float heightParameters = ref Unsafe.Add(ref parameters, bins * Panel.Columns);
                nuint at = feature * Panel.Columns + column;
                T value = T.Load(ref MemoryMarshal.GetReference(x), at);
                T within = T.Min(T.Max(value, -bound), bound);
                SplineAxis<T> along = default, across = default;
                along.InverseSum = ExponentialsAndLimits(ref parameters, ref widths, ref widthLimits);
                across.InverseSum = ExponentialsAndLimits(ref heightParameters, ref heights, ref heightLimits);
                Find(within, ref parameters, ref widths, ref heights, ref along, ref across, out T index, out T rawSlope0, out T rawSlope1);
                T first = T.LessOrEqual(index, default), last = T.LessOrEqual(T.Broadcast(bins - 1), index);
                T slope0 = Slope(rawSlope0, first), slope1 = Slope(rawSlope1, last);

                T inside = T.LessOrEqual(T.Abs(value), bound);
                T gY = T.Load(ref MemoryMarshal.GetReference(g), at);
                T gLogSlope = T.Load(ref MemoryMarshal.GetReference(gLogDeterminant), column);
                SplineBinKernel<T>.Backward(
                    within, along, across, slope0, slope1, T.Select(inside, gY, default), T.Select(inside, gLogSlope, default), out var slopes);
                T.Select(inside, slopes.X, gY).Store(ref MemoryMarshal.GetReference(g), at);
                LogitGradients(ref parameters, ref widths, ref widthLimits, along, index, slopes.XStart, slopes.Width);
                LogitGradients(ref heightParameters, ref heights, ref heightLimits, across, index, slopes.YStart, slopes.Height);
                SlopeGradients(
                    ref Unsafe.Add(ref heightParameters, bins * Panel.Columns), index,
                    T.Select(first, default, slopes.Slope0 * SlopeDerivative(rawSlope0)),
                    T.Select(last, default, slopes.Slope1 * SlopeDerivative(rawSlope1)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Inverse(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch)
    {
        Check(raw, y, x, features, columns, scratch);
        ref float widths = ref MemoryMarshal.GetReference(scratch);
        ref float heights = ref Unsafe.Add(ref widths, bins * T.Count);
        T bound = T.Broadcast(_bound);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                ref float parameters = ref Unsafe.Add(ref MemoryMarshal.GetReference(raw), feature * (nuint)ParametersPerFeature * Panel.Columns + column);
                nuint at = feature * Panel.Columns + column;
                T value = T.Load(ref MemoryMarshal.GetReference(y), at);
                T within = T.Min(T.Max(value, -bound), bound);
                SplineAxis<T> along = default, across = default;
                across.InverseSum = Exponentials(ref parameters, ref widths);
                along.InverseSum = Exponentials(ref Unsafe.Add(ref parameters, bins * Panel.Columns), ref heights);
                Find(within, ref parameters, ref heights, ref widths, ref along, ref across, out T index, out T rawSlope0, out T rawSlope1);
                T slope0 = Slope(rawSlope0, T.LessOrEqual(index, default));
                T slope1 = Slope(rawSlope1, T.LessOrEqual(T.Broadcast(bins - 1), index));
                T mapped = SplineBinKernel<T>.Inverse(within, across, along, slope0, slope1);
                T.Select(T.LessOrEqual(T.Abs(value), bound), mapped, value).Store(ref MemoryMarshal.GetReference(x), at);
            }
        }
    }

    /// <summary>The exponentials of the limited logits of an axis, <c>v = u / (1 + |u| / limit)</c>; returns 1 / sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Exponentials(ref float logits, ref float exponentials)
    {
        T sum = default;
        for (int bin = 0; bin < bins; bin++)
        {
            T u = T.Load(ref logits, (nuint)(bin * Panel.Columns)) * T.Broadcast(_logitScale);
            T e = LaneMath<T>.Exp(u / Limiter(u, LogitLimit));
            e.Store(ref exponentials, (nuint)(bin * T.Count));
            sum += e;
        }
        return T.Broadcast(1f) / sum;
    }

    /// <summary>The same, with the slope of the limit at each logit, dv/du = 1 / (1 + |u| / limit)^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T ExponentialsAndLimits(ref float logits, ref float exponentials, ref float limits)
    {
        T sum = default;
        for (int bin = 0; bin < bins; bin++)
        {
            T u = T.Load(ref logits, (nuint)(bin * Panel.Columns)) * T.Broadcast(_logitScale);
            T inverse = T.Broadcast(1f) / Limiter(u, LogitLimit);
            T e = LaneMath<T>.Exp(u * inverse);
            e.Store(ref exponentials, (nuint)(bin * T.Count));
            (inverse * inverse).Store(ref limits, (nuint)(bin * T.Count));
            sum += e;
        }
        return T.Broadcast(1f) / sum;
    }

    /// <summary>The bin of <paramref name="position"/>: both axes of it, its index, the raw slopes at its ends (any number at an outer knot).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Find(
        T position, ref float parameters, ref float alongExponentials, ref float acrossExponentials, ref SplineAxis<T> along, ref SplineAxis<T> across,
        out T index, out T rawSlope0, out T rawSlope1)
    {
        ref float slopes = ref Unsafe.Add(ref parameters, 2 * bins * Panel.Columns);
        T unit = T.Broadcast(1 / _share) / along.InverseSum;
        T target = T.MultiplyAdd(position, T.Broadcast(0.5f / _bound), T.Broadcast(0.5f)) * unit;
        T gap = T.Broadcast(LeastSize) * unit;
        T ownAlong = T.Load(ref alongExponentials), ownAcross = T.Load(ref acrossExponentials);
        T beforeAlong = default, beforeAcross = default, sumAlong = ownAlong, sumAcross = ownAcross, shift = gap;
        index = default;
        rawSlope0 = rawSlope1 = T.Load(ref slopes);
        for (int bin = 1; bin < bins; bin++)
        {
            T beyond = T.LessOrEqual(sumAlong + shift, target);
            T e = T.Load(ref alongExponentials, (nuint)(bin * T.Count)), f = T.Load(ref acrossExponentials, (nuint)(bin * T.Count));
            beforeAlong = T.Select(beyond, sumAlong, beforeAlong);
            beforeAcross = T.Select(beyond, sumAcross, beforeAcross);
            ownAlong = T.Select(beyond, e, ownAlong);
            ownAcross = T.Select(beyond, f, ownAcross);
            index = T.Select(beyond, T.Broadcast(bin), index);
            rawSlope0 = T.Select(beyond, T.Load(ref slopes, (nuint)((bin - 1) * Panel.Columns)), rawSlope0);
            rawSlope1 = T.Select(beyond, T.Load(ref slopes, (nuint)(Math.Min(bin, bins - 2) * Panel.Columns)), rawSlope1);
            sumAlong += e;
            sumAcross += f;
            shift += gap;
        }
        Place(ref along, beforeAlong, ownAlong, index);
        Place(ref across, beforeAcross, ownAcross, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Place(ref SplineAxis<T> axis, T before, T own, T index)
    {
        T length = T.Broadcast(2 * _bound), share = T.Broadcast(_share) * axis.InverseSum, least = T.Broadcast(LeastSize);
        axis.Before = before;
        axis.Own = own;
        axis.Start = T.MultiplyAdd(length, T.MultiplyAdd(share, before, least * index), T.Broadcast(-_bound));
        axis.Size = length * T.MultiplyAdd(share, own, least);
    }

    /// <summary>1e-3 + softplus of the limited raw slope; 1 at an outer knot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Slope(T raw, T outer) =>
        T.Select(outer, T.Broadcast(1f), LaneMath<T>.Softplus(raw / Limiter(raw, SlopeLimit)) + T.Broadcast(LeastSlope));

    /// <summary>The derivative of <see cref="Slope"/> at an inner knot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SlopeDerivative(T raw)
    {
        T inverse = T.Broadcast(1f) / Limiter(raw, SlopeLimit);
        return LaneMath<T>.Sigmoid(raw * inverse) * inverse * inverse;
    }

    /// <summary>
    /// By the logit of bin j, from the gradients by start s and size w of the bin i of the value. The start is a sum of the sizes
    /// before: with p_j = e_j / S, d_j = g_s for j &lt; i, g_w for j = i, 0 beyond, it is
    /// <c>2B c1 p_j (d_j - sum_l p_l d_l)</c> times the slope of the limit.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LogitGradients(ref float logits, ref float exponentials, ref float limits, in SplineAxis<T> axis, T index, T gStart, T gSize)
    {
        T mean = T.MultiplyAdd(gStart, axis.Before, gSize * axis.Own) * axis.InverseSum;
        T factor = axis.InverseSum * T.Broadcast(2 * _bound * _share * _logitScale);
        for (int bin = 0; bin < bins; bin++)
        {
            T before = T.LessOrEqual(T.Broadcast(bin + 1), index), upTo = T.LessOrEqual(T.Broadcast(bin), index);
            T direct = T.Select(before, gStart, T.Select(upTo, gSize, default));
            T e = T.Load(ref exponentials, (nuint)(bin * T.Count)), limit = T.Load(ref limits, (nuint)(bin * T.Count));
            (factor * e * limit * (direct - mean)).Store(ref logits, (nuint)(bin * Panel.Columns));
        }
    }

    /// <summary>By the raw slopes: those of the two knots of the bin, 0 at all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SlopeGradients(ref float slopes, T index, T g0, T g1)
    {
        T toFirst = T.Broadcast(1f) - index;
        for (int knot = 0; knot < bins - 1; knot++)
        {
            // Knot number knot + 1 is the left end of bin knot + 1 and the right end of bin knot.
            T distance = T.Broadcast(knot) + toFirst;
            T left = T.Select(T.LessOrEqual(T.Abs(distance), default), g0, default);
            T right = T.Select(T.LessOrEqual(T.Abs(distance - T.Broadcast(1f)), default), g1, default);
            (left + right).Store(ref slopes, (nuint)(knot * Panel.Columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Limiter(T u, float limit) => T.MultiplyAdd(T.Abs(u), T.Broadcast(1 / limit), T.Broadcast(1f));
}
