using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>
/// <c>SumOfSquaresMap</c>. With <c>t = x / B</c> held within [-1, 1], p_k(t) = sum_i a_ki t^i, <c>S = sum_k p_k^2 + m</c> and
/// <c>q_ki = int_0^t p_k(u) u^i du = sum_j a_kj t^(i+j+1) / (i + j + 1)</c>: <c>y = c + B (sum_ki a_ki q_ki + m t) + T(x - t B)</c>,
/// <c>ln dy/dx = ln T'</c>, where T goes on beyond an end as <see cref="SumOfSquaresMapSpec.LevelsOff"/> says, and T' = S within. Derivatives:
/// <c>dy/da_ki = 2 B q_ki + dT/dS dS/da_ki</c>, <c>dS/da_ki = 2 p_k t^i</c>, within the bounds <c>dS/dx = 2 sum_k p_k p_k' / B</c>.
/// </summary>
internal sealed class ManagedSumOfSquaresMap<T>(SumOfSquaresMapSpec spec) : RegisterMap<T> where T : unmanaged, ILanes<T>
{
    private const float MinimumSlope = (float)SumOfSquaresMapSpec.MinimumSlope;
    private const float Limit = (float)SumOfSquaresMapSpec.MaximumCoefficient;

    private readonly int _count = spec.Polynomials, _terms = spec.Degree + 1;
    private readonly float _bound = (float)spec.Bound;
    private readonly float _constant = (float)(1 / Math.Sqrt(spec.Polynomials));

    public override int ParametersPerFeature => spec.ParametersPerFeature;

    // The parts: the coefficients, c and, for n from 0 to 2 R, t^(n + 1) / (n + 1).
    public override int ScratchLength => (Powers + 2 * _terms - 1) * T.Count;

    private int Shift => _count * _terms;

    private int Powers => Shift + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Prepare(ref readonly float raw, ref float parts)
    {
        for (int i = 0; i < _count * _terms; i++)
        {
            T value = T.Load(in raw, Row(i));
            Note(ref parts, i, value / LaneMath<T>.Limiter(value, Limit) + T.Broadcast(i % _terms == 0 ? _constant : 0));
        }
        Note(ref parts, Shift, T.Load(in raw, Row(Shift)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override (T Value, T Slope) Evaluate(T x, ref float parts)
    {
        T t = Within(x);
        var (integral, slope) = IntegralAt(t, ref parts);
        var tail = Beyond(x, t, slope);
        return (T.MultiplyAdd(integral, T.Broadcast(_bound), Part(ref parts, Shift)) + tail.Value, tail.Slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override T Return(T x, T gY, T gLog, ref float raw, ref float parts)
    {
        T bound = T.Broadcast(_bound), one = T.Broadcast(1f), two = T.Broadcast(2f), t = Within(x), gIntegral = gY * bound * two;
        var tail = Beyond(x, t, IntegralAt(t, ref parts).Slope);
        T gTail = gLog / tail.Slope, gSlope = T.MultiplyAdd(gY, tail.ValueByEnd, gTail * tail.SlopeByEnd), bend = default;
        for (int k = 0; k < _count; k++)
        {
            var (p, derivative) = Polynomial(t, k, ref parts);
            bend = T.MultiplyAdd(p, derivative, bend);
            T gPower = gSlope * p * two;            // by a_ki through S: times t^i
            for (int i = 0; i < _terms; i++, gPower *= t)
            {
                nuint row = Row(k * _terms + i);
                T inverse = one / LaneMath<T>.Limiter(T.Load(ref raw, row), Limit);
                (T.MultiplyAdd(gIntegral, Moment(k, i, ref parts), gPower) * inverse * inverse).Store(ref raw, row);
            }
        }
        gY.Store(ref raw, Row(Shift));
        return T.MultiplyAdd(gY, tail.Slope, T.Select(IsWithin(x), gSlope * bend * two / bound, gTail * tail.Bend));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override T Find(T y, ref float parts)
    {
        T end = T.Broadcast(1f), bound = T.Broadcast(_bound), target = (y - Part(ref parts, Shift)) / bound;
        T t = LaneRoot<T>.Find(target, -end, end, new Integral(this, ref parts));
        // One step of Newton's more, which is exact where a line follows.
        var (value, slope) = IntegralAt(t, ref parts);
        T found = (t - (value - target) / slope) * bound;
        if (!spec.LevelsOff)
            return found;
        T rest = (target - value) * bound, distance = DistanceOf(T.Abs(rest), slope);
        T outside = T.MultiplyAdd(t, bound, T.Select(T.LessOrEqual(default, rest), distance, -distance));
        return T.Select(T.LessOrEqual(end, T.Abs(t)), outside, found);
    }

    // T at x, its slope T', how T and T' depend on the slope S at the end, and how T' does on x beyond it.
    private readonly record struct Tail(T Value, T Slope, T ValueByEnd, T SlopeByEnd, T Bend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Tail Beyond(T x, T t, T slope)
    {
        T one = T.Broadcast(1f), distance = T.Select(IsWithin(x), default, x - t * T.Broadcast(_bound));
        if (!spec.LevelsOff)
            return new(distance * slope, slope, distance, one, default);
        // With the share 1 / q of the formulas: T = t + c t / q, T' = 1 + c / q^2, dT/dS = t / q^2, dT'/dS = (1 - a t) / q^3, dT'/dt = -2 c a / q^3.
        T excess = slope - one, steepness = T.Abs(excess), risen = steepness * T.Abs(distance), share = one / (one + risen), square = share * share;
        T bend = excess * steepness * square * share * T.Broadcast(-2f);
        return new(
            T.MultiplyAdd(excess, distance * share, distance), T.MultiplyAdd(excess, square, one), distance * square, (one - risen) * square * share,
            T.Select(T.LessOrEqual(default, distance), bend, -bend));
    }

    // The inverse of T: see SumOfSquaresMap.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T DistanceOf(T v, T slope)
    {
        T two = T.Broadcast(2f), bend = T.Abs(slope - T.Broadcast(1f)), risen = bend * v, middle = slope - risen, scale = T.Max(slope, risen), relative = middle / scale;
        T root = scale * T.Sqrt(T.MultiplyAdd(relative, relative, risen / scale / scale * T.Broadcast(4f)));
        return T.Select(T.LessOrEqual(default, middle), v * two / (middle + root), (root - middle) / (bend * two));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T IsWithin(T x) => T.LessOrEqual(T.Abs(x), T.Broadcast(_bound));

    private readonly ref struct Integral(ManagedSumOfSquaresMap<T> map, ref float parts) : IRisingFunction<T>
    {
        private readonly ref float _parts = ref parts;

        public (T Value, T Slope) At(T t) => map.IntegralAt(t, ref _parts);
    }

    // int_0^t S and S; leaves the powers of t behind.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private (T Integral, T Slope) IntegralAt(T t, ref float parts)
    {
        T power = t;
        for (int n = 0; n < 2 * _terms - 1; n++, power *= t)
            Note(ref parts, Powers + n, power * T.Broadcast(1f / (n + 1)));
        T least = T.Broadcast(MinimumSlope), integral = least * t, slope = least;
        for (int k = 0; k < _count; k++)
        {
            T p = Polynomial(t, k, ref parts).Value;
            slope = T.MultiplyAdd(p, p, slope);
            for (int i = 0; i < _terms; i++)
                integral = T.MultiplyAdd(Coefficient(k, i, ref parts), Moment(k, i, ref parts), integral);
        }
        return (integral, slope);
    }

    // p_k and its derivative, by Horner's rule.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (T Value, T Derivative) Polynomial(T t, int k, ref float parts)
    {
        T value = Coefficient(k, _terms - 1, ref parts), derivative = default;
        for (int i = _terms - 2; i >= 0; i--)
        {
            derivative = T.MultiplyAdd(derivative, t, value);
            value = T.MultiplyAdd(value, t, Coefficient(k, i, ref parts));
        }
        return (value, derivative);
    }

    // q_ki
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Moment(int k, int i, ref float parts)
    {
        T sum = default;
        for (int j = 0; j < _terms; j++)
            sum = T.MultiplyAdd(Coefficient(k, j, ref parts), Part(ref parts, Powers + i + j), sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Coefficient(int k, int i, ref float parts) => Part(ref parts, k * _terms + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Within(T x) => T.Min(T.Max(x / T.Broadcast(_bound), T.Broadcast(-1f)), T.Broadcast(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Part(ref float parts, int part) => T.Load(in parts, (nuint)(part * T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Note(ref float parts, int part, T value) => value.Store(ref parts, (nuint)(part * T.Count));
}
