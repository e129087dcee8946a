using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>
/// The curve within the bin of each value, as <c>SplineBin</c> has it, with its derivative; the identity outside
/// [-B, B]. With width w, height h, s = h / w, slopes d0 and d1, t = (x - x0) / w, q = 1 - t, m = t q:
/// <c>P = s t^2 + d0 m</c>, <c>Q = s + (d0 + d1 - 2 s) m</c>, <c>N = d1 t^2 + 2 s m + d0 q^2</c>,
/// <c>y = y0 + h P / Q</c>, <c>ln dy/dx = ln(s^2 N / Q^2)</c>.
/// </summary>
internal static class SplineCurveKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>y of x, two rows; <see cref="SplineRows.Product"/> is multiplied with dy/dx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        in SplineShape shape, ReadOnlySpan<float> x, Span<float> y, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        T one = T.Broadcast(1f), bound = T.Broadcast(shape.Bound);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T value = T.Load(ref MemoryMarshal.GetReference(x), column);
            T inverseWidth = one / Size(shape, ref first, SplineRows.X, column);
            T h = Size(shape, ref first, SplineRows.Y, column), s = h * inverseWidth;
            T d0 = SplineRows.Row<T>(ref first, SplineRows.Slope0, column), d1 = SplineRows.Row<T>(ref first, SplineRows.Slope1, column);
            T t = T.Min(T.Max((value - Start(shape, ref first, SplineRows.X, column)) * inverseWidth, default), one);
            T q = one - t, m = t * q;
            T inverseQ = one / Denominator(s, d0, d1, m);
            T p = T.MultiplyAdd(s * t, t, d0 * m);
            T n = T.MultiplyAdd(d1 * t, t, T.MultiplyAdd(s + s, m, d0 * q * q));
            T ratio = s * inverseQ;
            T mapped = T.MultiplyAdd(h * p, inverseQ, Start(shape, ref first, SplineRows.Y, column));
            T inside = T.LessOrEqual(T.Abs(value), bound);
            T.Select(inside, mapped, value).Store(ref MemoryMarshal.GetReference(y), column);
            T slope = T.Select(inside, ratio * ratio * n, one);
            SplineRows.Note(ref first, SplineRows.Product, column, SplineRows.Row<T>(ref first, SplineRows.Product, column) * slope);
        }
    }

    /// <summary>Adds the logarithm of <see cref="SplineRows.Product"/> to a row and starts the product anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLogarithm(Span<float> logDeterminant, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float sum = ref MemoryMarshal.GetReference(logDeterminant);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            (T.Load(ref sum, column) + LaneMath<T>.Log(SplineRows.Row<T>(ref first, SplineRows.Product, column))).Store(ref sum, column);
            SplineRows.Note(ref first, SplineRows.Product, column, T.Broadcast(1f));
        }
    }

    /// <summary>x of y, two rows: see <c>PositionOfY</c> for the root and its two forms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Inverse(in SplineShape shape, ReadOnlySpan<float> y, Span<float> x, ReadOnlySpan<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        T one = T.Broadcast(1f);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T value = T.Load(ref MemoryMarshal.GetReference(y), column);
            T w = Size(shape, ref first, SplineRows.X, column), h = Size(shape, ref first, SplineRows.Y, column);
            T d0 = SplineRows.Row<T>(ref first, SplineRows.Slope0, column), d1 = SplineRows.Row<T>(ref first, SplineRows.Slope1, column);
            T s = h / w;
            T e = T.Min(T.Max((value - Start(shape, ref first, SplineRows.Y, column)) / h, default), one);
            T g = e * (d0 + d1 - s - s);
            T a = s - d0 + g, b = d0 - g, c = -(s * e);
            T root = T.Sqrt(T.Max(T.MultiplyAdd(b, b, T.Broadcast(-4f) * a * c), T.Broadcast(1e-30f)));
            T upright = T.LessOrEqual(-b, default);
            T numerator = T.Select(upright, T.Broadcast(-2f) * c, root - b);
            T denominator = T.Select(upright, b + root, a + a);
            T t = T.Min(T.Max(numerator / denominator, default), one);
            T mapped = T.MultiplyAdd(t, w, Start(shape, ref first, SplineRows.X, column));
            T.Select(T.LessOrEqual(T.Abs(value), T.Broadcast(shape.Bound)), mapped, value).Store(ref MemoryMarshal.GetReference(x), column);
        }
    }

    /// <summary>
    /// From the gradients by y, in <paramref name="g"/>, and by ln dy/dx to those by x, in <paramref name="g"/>, and by start, size and
    /// slopes of the bin. The partial derivatives, with t, s, d0, d1, h, y0 as variables, are
    /// <c>y_t = h s N / Q^2</c>, <c>y_s = h (t^2 Q - P (1 - 2m)) / Q^2</c>, <c>y_d0 = h m (Q - P) / Q^2</c>,
    /// <c>y_d1 = -h m P / Q^2</c>, <c>y_h = P / Q</c>, <c>y_y0 = 1</c>, and for l = ln dy/dx
    /// <c>l_t = N_t / N - 2 Q_t / Q</c>, <c>l_s = 2 / s + 2 m / N - 2 (1 - 2m) / Q</c>,
    /// <c>l_d0 = q^2 / N - 2 m / Q</c>, <c>l_d1 = t^2 / N - 2 m / Q</c>; then s = h / w and t = (x - x0) / w.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        in SplineShape shape, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogSlopes, Span<float> rows, int columns)
    {
        ref float first = ref MemoryMarshal.GetReference(rows);
        T one = T.Broadcast(1f), bound = T.Broadcast(shape.Bound);
        for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
        {
            T value = T.Load(ref MemoryMarshal.GetReference(x), column);
            T inside = T.LessOrEqual(T.Abs(value), bound);
            T gY = T.Select(inside, T.Load(ref MemoryMarshal.GetReference(g), column), default);
            T gLog = T.Select(inside, T.Load(ref MemoryMarshal.GetReference(gLogSlopes), column), default);

            T inverseWidth = one / Size(shape, ref first, SplineRows.X, column);
            T h = Size(shape, ref first, SplineRows.Y, column), s = h * inverseWidth;
            T d0 = SplineRows.Row<T>(ref first, SplineRows.Slope0, column), d1 = SplineRows.Row<T>(ref first, SplineRows.Slope1, column);
            T t = T.Min(T.Max((value - Start(shape, ref first, SplineRows.X, column)) * inverseWidth, default), one);
            T q = one - t, m = t * q, rest = one - m - m, tilt = q - t;
            T inverseQ = one / Denominator(s, d0, d1, m);
            T n = T.MultiplyAdd(d1 * t, t, T.MultiplyAdd(s + s, m, d0 * q * q));
            T share = T.MultiplyAdd(s * t, t, d0 * m) * inverseQ;       // P / Q

            T gYQ = gY * h * inverseQ;
            T gLogN = gLog / n, gLogQ = (gLog + gLog) * inverseQ;
            T half = T.MultiplyAdd(d1, t, s * tilt) - d0 * q;           // N_t / 2
            T gT = T.MultiplyAdd(gYQ * s * n, inverseQ, gLogN * (half + half) - gLogQ * (d0 + d1 - s - s) * tilt);
            T gS = T.MultiplyAdd(gYQ, T.MultiplyAdd(t, t, -(share * rest)), (gLog + gLog) / s) + (gLogN + gLogN) * m - gLogQ * rest;
            T gX = gT * inverseWidth;
            T.Select(inside, gX, T.Load(ref MemoryMarshal.GetReference(g), column)).Store(ref MemoryMarshal.GetReference(g), column);
            SplineRows.Note(ref first, SplineRows.X.StartGradient, column, -gX);
            SplineRows.Note(ref first, SplineRows.X.SizeGradient, column, -(T.MultiplyAdd(gS, s, gT * t) * inverseWidth));
            SplineRows.Note(ref first, SplineRows.Y.StartGradient, column, gY);
            SplineRows.Note(ref first, SplineRows.Y.SizeGradient, column, T.MultiplyAdd(gY, share, gS * inverseWidth));
            SplineRows.Note(ref first, SplineRows.SlopeGradient0, column, T.MultiplyAdd(gYQ * m, one - share, T.MultiplyAdd(gLogN * q, q, -(gLogQ * m))));
            SplineRows.Note(ref first, SplineRows.SlopeGradient1, column, T.MultiplyAdd(gLogN * t, t, -(T.MultiplyAdd(gYQ, share, gLogQ) * m)));
        }
    }

    // Q, written as a sum of positive terms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Denominator(T s, T d0, T d1, T m) => T.MultiplyAdd(d0 + d1, m, s * (T.Broadcast(1f) - m - m));

    /// <summary>2B (c0 i + c1 E_i / S) - B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Start(in SplineShape shape, ref float rows, SplineAxis axis, nuint column)
    {
        T share = T.Broadcast(shape.Share) * SplineRows.Row<T>(ref rows, axis.InverseSum, column);
        T least = T.Broadcast(SplineShape.MinimumSize) * SplineRows.Row<T>(ref rows, SplineRows.Index, column);
        return T.MultiplyAdd(T.Broadcast(2 * shape.Bound), T.MultiplyAdd(share, SplineRows.Row<T>(ref rows, axis.Before, column), least), T.Broadcast(-shape.Bound));
    }

    /// <summary>2B (c0 + c1 e_i / S).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Size(in SplineShape shape, ref float rows, SplineAxis axis, nuint column)
    {
        T share = T.Broadcast(shape.Share) * SplineRows.Row<T>(ref rows, axis.InverseSum, column);
        return T.Broadcast(2 * shape.Bound) * T.MultiplyAdd(share, SplineRows.Row<T>(ref rows, axis.Own, column), T.Broadcast(SplineShape.MinimumSize));
    }
}
