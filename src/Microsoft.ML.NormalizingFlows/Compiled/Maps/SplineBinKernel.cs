using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Compiled.Lanes;

namespace Microsoft.ML.NormalizingFlows.Compiled.Maps;

/// <summary>
/// The curve within one bin, as <see cref="Flows.SplineBin"/> has it, with its derivative. With width w, height h,
/// s = h / w, slopes d0 and d1, t = (x - x0) / w, q = 1 - t, m = t q:
/// <c>P = s t^2 + d0 m</c>, <c>Q = s + (d0 + d1 - 2 s) m</c>, <c>N = d1 t^2 + 2 s m + d0 q^2</c>,
/// <c>y = y0 + h P / Q</c>, <c>ln dy/dx = ln(s^2 N / Q^2)</c>.
/// </summary>
internal static class SplineBinKernel<T> where T : unmanaged, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(T x, in SplineAxis<T> xAxis, in SplineAxis<T> yAxis, T d0, T d1, out T y, out T logSlope)
    {
        T one = T.Broadcast(1f);
        T inverseWidth = one / xAxis.Size;
        T s = yAxis.Size * inverseWidth;
        T t = T.Min(T.Max((x - xAxis.Start) * inverseWidth, default), one);
        T q = one - t, m = t * q;
        T inverseQ = one / Denominator(s, d0, d1, m);
        T p = T.MultiplyAdd(s * t, t, d0 * m);
        T n = T.MultiplyAdd(d1 * t, t, T.MultiplyAdd(s + s, m, d0 * q * q));
        T ratio = s * inverseQ;
        y = T.MultiplyAdd(yAxis.Size * p, inverseQ, yAxis.Start);
        logSlope = LaneMath<T>.Log(ratio * ratio * n);
    }

    /// <summary>x of y: see <see cref="Flows.SplineBin.PositionOfY"/> for the root and its two forms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Inverse(T y, in SplineAxis<T> xAxis, in SplineAxis<T> yAxis, T d0, T d1)
    {
        T one = T.Broadcast(1f);
        T s = yAxis.Size / xAxis.Size;
        T e = T.Min(T.Max((y - yAxis.Start) / yAxis.Size, default), one);
        T g = e * (d0 + d1 - s - s);
        T a = s - d0 + g, b = d0 - g, c = -(s * e);
        T root = T.Sqrt(T.Max(T.MultiplyAdd(b, b, T.Broadcast(-4f) * a * c), T.Broadcast(1e-30f)));
        T upright = T.LessOrEqual(-b, default);
        T numerator = T.Select(upright, T.Broadcast(-2f) * c, root - b);
        T denominator = T.Select(upright, b + root, a + a);
        T t = T.Min(T.Max(numerator / denominator, default), one);
        return T.MultiplyAdd(t, xAxis.Size, xAxis.Start);
    }

    /// <summary>
    /// The partial derivatives, with t, s, d0, d1, h, y0 as variables:
    /// <c>y_t = h s N / Q^2</c>, <c>y_s = h (t^2 Q - P (1 - 2m)) / Q^2</c>, <c>y_d0 = h m (Q - P) / Q^2</c>,
    /// <c>y_d1 = -h m P / Q^2</c>, <c>y_h = P / Q</c>, <c>y_y0 = 1</c>, and for l = ln dy/dx
    /// <c>l_t = N_t / N - 2 Q_t / Q</c>, <c>l_s = 2 / s + 2 m / N - 2 (1 - 2m) / Q</c>,
    /// <c>l_d0 = q^2 / N - 2 m / Q</c>, <c>l_d1 = t^2 / N - 2 m / Q</c>; then s = h / w and t = (x - x0) / w.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward(
        T x, in SplineAxis<T> xAxis, in SplineAxis<T> yAxis, T d0, T d1, T gY, T gLogSlope, out SplineGradients<T> gradients)
    {
        T one = T.Broadcast(1f), two = T.Broadcast(2f);
        T inverseWidth = one / xAxis.Size, h = yAxis.Size;
        T s = h * inverseWidth;
        T t = T.Min(T.Max((x - xAxis.Start) * inverseWidth, default), one);
        T q = one - t, m = t * q, rest = one - m - m, tilt = q - t;
        T inverseQ = one / Denominator(s, d0, d1, m);
        T p = T.MultiplyAdd(s * t, t, d0 * m);
        T n = T.MultiplyAdd(d1 * t, t, T.MultiplyAdd(s + s, m, d0 * q * q));
        T inverseN = one / n;
        T share = p * inverseQ;

        T gYQ = gY * h * inverseQ;                       // gY h / Q
        T gLogN = gLogSlope * inverseN, gLogQ = two * gLogSlope * inverseQ;
        T nSlope = two * (T.MultiplyAdd(d1, t, s * tilt) - d0 * q);
        T qSlope = (d0 + d1 - s - s) * tilt;
        T gT = T.MultiplyAdd(gYQ * s * n, inverseQ, gLogN * nSlope - gLogQ * qSlope);
        T gS = T.MultiplyAdd(gYQ, T.MultiplyAdd(t, t, -(share * rest)), two * gLogSlope / s) + two * gLogN * m - gLogQ * rest;
        gradients.Slope0 = T.MultiplyAdd(gYQ * m, one - share, T.MultiplyAdd(gLogN * q, q, -(gLogQ * m)));
        gradients.Slope1 = T.MultiplyAdd(gLogN * t, t, -(T.MultiplyAdd(gYQ, share, gLogQ) * m));
        gradients.X = gT * inverseWidth;
        gradients.XStart = -gradients.X;
        gradients.Width = -(T.MultiplyAdd(gS, s, gT * t) * inverseWidth);
        gradients.YStart = gY;
        gradients.Height = T.MultiplyAdd(gY, share, gS * inverseWidth);
    }

    // Written as a sum of positive terms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Denominator(T s, T d0, T d1, T m) => T.MultiplyAdd(d0 + d1, m, s * (T.Broadcast(1f) - m - m));
}
