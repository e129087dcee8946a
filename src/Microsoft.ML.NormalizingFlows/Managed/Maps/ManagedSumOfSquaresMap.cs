using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>
/// <c>SumOfSquaresMap</c>. With <c>t = x / B</c> held within [-1, 1], p_k(t) = sum_i a_ki t^i, <c>S = sum_k p_k^2 + m</c> and
/// <c>q_ki = int_0^t p_k(u) u^i du = sum_j a_kj t^(i+j+1) / (i + j + 1)</c>: <c>y = c + B (sum_ki a_ki q_ki + m t) + T(x - t B)</c>,
/// <c>ln dy/dx = ln T'</c>, where T goes on beyond an end as <see cref="SumOfSquaresMapSpec.LevelsOff"/> says, and T' = S within. Derivatives:
/// <c>dy/da_ki = 2 B q_ki + dT/dS dS/da_ki</c>, <c>dS/da_ki = 2 p_k t^i</c>, within the bounds <c>dS/dx = 2 sum_k p_k p_k' / B</c>.
/// </summary>
internal sealed class ManagedSumOfSquaresMap<T>(SumOfSquaresMapSpec spec) : ManagedMap<T> where T : unmanaged, ILanes<T>
{
    private const float MinimumSlope = (float)SumOfSquaresMapSpec.MinimumSlope;
    private const float Limit = (float)SumOfSquaresMapSpec.MaximumCoefficient;

    private readonly int _count = spec.Polynomials, _terms = spec.Degree + 1;
    private readonly float _bound = (float)spec.Bound;
    private readonly float _constant = (float)(1 / Math.Sqrt(spec.Polynomials));

    public override int ParametersPerFeature => spec.ParametersPerFeature;

    // The coefficients and, for n from 0 to 2 R, t^(n + 1) / (n + 1).
    public override int ScratchLength => (_count * _terms + 2 * _terms - 1) * T.Count;

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
        ref float room = ref MemoryMarshal.GetReference(scratch);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                Prepare(ref rawFirst, feature, column, ref room);
                T value = T.Load(ref xFirst, at), t = Within(value);
                var (integral, slope) = Evaluate(t, ref room);
                var tail = Beyond(value, t, slope);
                (T.MultiplyAdd(integral, T.Broadcast(_bound), T.Load(ref rawFirst, At(feature, _count * _terms, column))) + tail.Value).Store(ref yFirst, at);
                (T.Load(ref logFirst, column) + LaneMath<T>.Log(tail.Slope)).Store(ref logFirst, column);
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
        ref float room = ref MemoryMarshal.GetReference(scratch);
        T bound = T.Broadcast(_bound), one = T.Broadcast(1f), two = T.Broadcast(2f);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                Prepare(ref rawFirst, feature, column, ref room);
                T value = T.Load(ref xFirst, at), t = Within(value), gY = T.Load(ref gFirst, at), gIntegral = gY * bound * two;
                var tail = Beyond(value, t, Evaluate(t, ref room).Slope);
                T gLog = T.Load(ref gLogFirst, column) / tail.Slope, gSlope = T.MultiplyAdd(gY, tail.ValueByEnd, gLog * tail.SlopeByEnd), bend = default;
                for (int k = 0; k < _count; k++)
                {
                    var (p, derivative) = Polynomial(t, k, ref room);
                    bend = T.MultiplyAdd(p, derivative, bend);
                    T gPower = gSlope * p * two;            // by a_ki through S: times t^i
                    for (int i = 0; i < _terms; i++, gPower *= t)
                    {
                        nuint place = At(feature, k * _terms + i, column);
                        T inverse = one / LaneMath<T>.Limiter(T.Load(ref rawFirst, place), Limit);
                        (T.MultiplyAdd(gIntegral, Moment(k, i, ref room), gPower) * inverse * inverse).Store(ref rawFirst, place);
                    }
                }
                gY.Store(ref rawFirst, At(feature, _count * _terms, column));
                T bent = T.Select(IsWithin(value), gSlope * bend * two / bound, gLog * tail.Bend);
                T.MultiplyAdd(gY, tail.Slope, bent).Store(ref gFirst, at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Inverse(ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch)
    {
        Check(raw, y, x, features, columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float yFirst = ref MemoryMarshal.GetReference(y);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        ref float room = ref MemoryMarshal.GetReference(scratch);
        T end = T.Broadcast(1f), bound = T.Broadcast(_bound);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                Prepare(ref rawFirst, feature, column, ref room);
                T target = (T.Load(ref yFirst, at) - T.Load(ref rawFirst, At(feature, _count * _terms, column))) / bound;
                T t = LaneRoot<T>.Find(target, -end, end, new Integral(this, ref room));
                // One step of Newton's more, which is exact where a line follows.
                var (value, slope) = Evaluate(t, ref room);
                T found = (t - (value - target) / slope) * bound;
                if (spec.LevelsOff)
                {
                    T rest = (target - value) * bound, distance = DistanceOf(T.Abs(rest), slope);
                    T outside = T.MultiplyAdd(t, bound, T.Select(T.LessOrEqual(default, rest), distance, -distance));
                    found = T.Select(T.LessOrEqual(end, T.Abs(t)), outside, found);
                }
                found.Store(ref xFirst, at);
            }
        }
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

    private readonly ref struct Integral(ManagedSumOfSquaresMap<T> map, ref float room) : IRisingFunction<T>
    {
        private readonly ref float _room = ref room;

        public (T Value, T Slope) At(T t) => map.Evaluate(t, ref _room);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Prepare(ref readonly float raw, nuint feature, nuint column, ref float room)
    {
        for (int i = 0; i < _count * _terms; i++)
        {
            T value = T.Load(in raw, At(feature, i, column));
            T coefficient = value / LaneMath<T>.Limiter(value, Limit) + T.Broadcast(i % _terms == 0 ? _constant : 0);
            coefficient.Store(ref room, (nuint)(i * T.Count));
        }
    }

    // int_0^t S and S; leaves the powers of t behind.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private (T Integral, T Slope) Evaluate(T t, ref float room)
    {
        T power = t;
        for (int n = 0; n < 2 * _terms - 1; n++, power *= t)
            (power * T.Broadcast(1f / (n + 1))).Store(ref room, (nuint)((_count * _terms + n) * T.Count));
        T least = T.Broadcast(MinimumSlope), integral = least * t, slope = least;
        for (int k = 0; k < _count; k++)
        {
            T p = Polynomial(t, k, ref room).Value;
            slope = T.MultiplyAdd(p, p, slope);
            for (int i = 0; i < _terms; i++)
                integral = T.MultiplyAdd(Coefficient(k, i, ref room), Moment(k, i, ref room), integral);
        }
        return (integral, slope);
    }

    // p_k and its derivative, by Horner's rule.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (T Value, T Derivative) Polynomial(T t, int k, ref float room)
    {
        T value = Coefficient(k, _terms - 1, ref room), derivative = default;
        for (int i = _terms - 2; i >= 0; i--)
        {
            derivative = T.MultiplyAdd(derivative, t, value);
            value = T.MultiplyAdd(value, t, Coefficient(k, i, ref room));
        }
        return (value, derivative);
    }

    // q_ki
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Moment(int k, int i, ref float room)
    {
        T sum = default;
        for (int j = 0; j < _terms; j++)
            sum = T.MultiplyAdd(Coefficient(k, j, ref room), T.Load(ref room, (nuint)((_count * _terms + i + j) * T.Count)), sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Coefficient(int k, int i, ref float room) => T.Load(ref room, (nuint)((k * _terms + i) * T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Within(T x) => T.Min(T.Max(x / T.Broadcast(_bound), T.Broadcast(-1f)), T.Broadcast(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nuint At(nuint feature, int parameter, nuint column) => (feature * (nuint)ParametersPerFeature + (nuint)parameter) * Panel.Columns + column;
}
