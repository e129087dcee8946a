using System.Runtime.CompilerServices;

namespace Microsoft.ML.NormalizingFlows.Managed.Lanes;

/// <summary>
/// Exponential and logarithm of lanes, as in the Cephes library (Moshier 1992, expf and logf): the argument is reduced to a
/// small interval, where a polynomial is exact to about one unit in the last place.
/// </summary>
internal static class LaneMath<T> where T : unmanaged, ILanes<T>
{
    // e^88 is near the largest float32, e^-87 near the smallest normal one.
    private const float MinimumExponent = -87f;
    private const float MaximumExponent = 88f;

    /// <summary>e^x; x is held within [-87, 88]. With n = round(x / ln 2) and r = x - n ln 2: <c>e^x = 2^n e^r</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp(T x) => ExpWithin(T.Min(T.Max(x, T.Broadcast(MinimumExponent)), T.Broadcast(MaximumExponent)));

    /// <summary>e^x of an x that is known to lie within [-87, 88].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpWithin(T x)
    {
        T n = T.Round(x * T.Broadcast(1.44269504f));
        // ln 2 in two parts, the first exact in few bits, so that n ln 2 loses nothing.
        T r = T.MultiplyAdd(n, T.Broadcast(-0.693359375f), x);
        r = T.MultiplyAdd(n, T.Broadcast(2.12194440e-4f), r);
        T p = T.MultiplyAdd(T.Broadcast(1.9875691500e-4f), r, T.Broadcast(1.3981999507e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(8.3334519073e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(4.1665795894e-2f));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.6666665459e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(5.0000001201e-1f));
        p = T.MultiplyAdd(p * r, r, r) + T.Broadcast(1f);
        return T.TimesPowerOfTwo(p, n);
    }

    /// <summary>ln x of a normal x &gt; 0. With x = m 2^e and m from sqrt(1/2) to sqrt(2): <c>ln x = ln m + e ln 2</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log(T x)
    {
        T m = T.Mantissa(x, out T e);
        T small = T.LessOrEqual(m, T.Broadcast(0.707106781f));
        e = T.Select(small, e - T.Broadcast(1f), e);
        T r = T.Select(small, m + m, m) - T.Broadcast(1f);
        T p = T.MultiplyAdd(T.Broadcast(7.0376836292e-2f), r, T.Broadcast(-1.1514610310e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.1676998740e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(-1.2420140846e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.4249322787e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(-1.6668057665e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(2.0000714765e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(-2.4999993993e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(3.3333331174e-1f));
        T square = r * r;
        T y = T.MultiplyAdd(e, T.Broadcast(-2.12194440e-4f), p * r * square);
        y = T.MultiplyAdd(square, T.Broadcast(-0.5f), y);
        return T.MultiplyAdd(e, T.Broadcast(0.693359375f), r + y);
    }

    /// <summary>
    /// <c>ln(1 + e^x) = max(x, 0) + ln(1 + z)</c> with z = e^-|x| from 0 to 1. There <c>ln(1 + z) = 2 artanh(s)</c> with
    /// s = z / (2 + z) up to 1/3, whose series in s^2 needs few terms and loses nothing for small z.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softplus(T x) => T.Max(x, default) + LogOnePlus(Decay(x));

    /// <summary>sigmoid(x) = 1 / (1 + e^-x), the derivative of <see cref="Softplus"/>, given z = <see cref="Decay"/> of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SigmoidOf(T x, T z) =>
        T.Select(T.LessOrEqual(default, x), T.Broadcast(1f), z) / (T.Broadcast(1f) + z);

    /// <summary>e^-|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay(T x) => ExpWithin(T.Max(-T.Abs(x), T.Broadcast(MinimumExponent)));

    /// <summary>ln(1 + z) for z from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOnePlus(T z)
    {
        T s = z / (z + T.Broadcast(2f)), u = s * s;
        T p = T.MultiplyAdd(T.Broadcast(1f / 13), u, T.Broadcast(1f / 11));
        p = T.MultiplyAdd(p, u, T.Broadcast(1f / 9));
        p = T.MultiplyAdd(p, u, T.Broadcast(1f / 7));
        p = T.MultiplyAdd(p, u, T.Broadcast(1f / 5));
        p = T.MultiplyAdd(p, u, T.Broadcast(1f / 3));
        p = T.MultiplyAdd(p, u, T.Broadcast(1f));
        return (s + s) * p;
    }

    /// <summary>1 + |u| / limit: what <c>SoftLimit</c> divides by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Limiter(T u, float limit) => T.MultiplyAdd(T.Abs(u), T.Broadcast(1 / limit), T.Broadcast(1f));
}
