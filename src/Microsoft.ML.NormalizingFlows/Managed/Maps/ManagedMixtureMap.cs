using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>
/// <c>MixtureMap</c> of logistic distributions. With <c>i_j = 1 / sigma_j</c>, <c>s_j = i_j (x - mu_j)</c>, <c>p_j = sigmoid(s_j)</c>,
/// <c>q_j = 1 - p_j</c>, b the softmax of <c>ln w_j + ln p_j</c> and a that of <c>ln w_j + ln q_j</c>:
/// <c>L = ln sum_j w_j p_j - ln sum_j w_j q_j</c>, <c>Q = sum_j b_j i_j q_j</c>, <c>P = sum_j a_j i_j p_j</c>, <c>y = L + m x</c>,
/// <c>S = dy/dx = Q + P + m</c>, m the least slope. Derivatives: <c>dL/ds_j = c_j = b_j q_j + a_j p_j</c>, <c>dL/d ln w_j = b_j - a_j</c>,
/// <c>dS/d ln w_j = b_j (i_j q_j - Q) + a_j (i_j p_j - P)</c>,
/// <c>dS/ds_j = b_j (i_j q_j - Q) q_j - a_j (i_j p_j - P) p_j + i_j (a_j - b_j) p_j q_j</c>, and by i_j itself <c>dS/d ln i_j = i_j c_j</c>.
/// </summary>
internal sealed class ManagedMixtureMap<T> : RegisterMap<T> where T : unmanaged, ILanes<T>
{
    private const float Bound = (float)MixtureMapSpec.Bound;
    private const float MinimumSlope = (float)MixtureMapSpec.MinimumSlope;
    private const float LogarithmLimit = (float)ParameterLimits.SoftLogarithm;
    private const float PlaceLimit = (float)MixtureMapSpec.MaximumPlace;

    // In widths. Logistic distributions are seen up to Limit: beside one that is nearer than Far what is left out counts for nothing, and no product of what is kept is
    // subnormal, which takes a hundred times as long.
    private const float Far = 20, Limit = 40;

    // A mass that is nothing beside 1, in gradients, where it may be multiplied by itself.
    private const float LeastMass = 1e-9f;

    // What is kept of each component for the columns of one register.
    private const int Parts = 7;

    private readonly int _components;
    private readonly float[] _places;
    private readonly float _logSize;

    /// <param name="spec">A mixture of logistic distributions.</param>
    public ManagedMixtureMap(MixtureMapSpec spec)
    {
        _components = spec.Components;
        _places = [.. spec.StartPlaces().Select(place => (float)place)];
        _logSize = (float)spec.StartLogSize;
    }

    public override int ParametersPerFeature => 3 * _components;

    public override int ScratchLength => Parts * _components * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override (T Value, T Slope) Evaluate(T x, ref float parts)
    {
        T t = Within(x), least = T.Broadcast(MinimumSlope);
        var curve = CurveAt(t, ref parts);
        T slope = curve.SlopeBelow + curve.SlopeAbove + least;
        return (T.MultiplyAdd(x - t, slope, T.MultiplyAdd(t, least, curve.Value)), slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override T Return(T x, T gY, T gLog, ref float raw, ref float parts)
    {
        T t = Within(x), least = T.Broadcast(MinimumSlope);
        var curve = CurveAt(t, ref parts);
        T slope = curve.SlopeBelow + curve.SlopeAbove + least;
        // On the lines y depends on the slope too, and the slope no longer on x.
        T gX = ReturnCurve(t, gY, T.MultiplyAdd(gY, x - t, gLog / slope), curve, ref raw, ref parts);
        return T.Select(T.LessOrEqual(T.Abs(x), T.Broadcast(Bound)), T.MultiplyAdd(gY, least, gX), gY * slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override T Find(T y, ref float parts)
    {
        T found = FindWithin(y, ref parts);
        // One step of Newton's more, which is exact on the lines.
        var (value, slope) = Evaluate(found, ref parts);
        return found - (value - y) / slope;
    }

    private T FindWithin(T target, ref float parts)
    {
        // A component alone takes y at mu + sigma y, up to the term of the least slope: the root lies between the first and the last of these places.
        T low = T.Broadcast(float.MaxValue), high = -low, least = T.Broadcast(MinimumSlope);
        for (int j = 0; j < _components; j++)
        {
            T inverse = Part(ref parts, InverseSize, j);
            T end = T.MultiplyAdd(Part(ref parts, Place, j), inverse, target) / (inverse + least);
            low = T.Min(low, end);
            high = T.Max(high, end);
        }
        return LaneRoot<T>.Find(target, Within(low), Within(high), new Whole(this, ref parts));
    }

    private readonly ref struct Whole(ManagedMixtureMap<T> map, ref float parts) : IRisingFunction<T>
    {
        private readonly ref float _parts = ref parts;

        public (T Value, T Slope) At(T x) => map.Evaluate(x, ref _parts);
    }

    private const int Weight = 0, Place = 1, InverseSize = 2, MassBelow = 3, MassAbove = 4, ShareBelow = 5, ShareAbove = 6;

    // w, not of sum 1, mu and 1 / sigma of the components.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Prepare(ref readonly float raw, ref float parts)
    {
        for (int j = 0; j < _components; j++)
        {
            T weight = T.Load(in raw, Row(j));
            T place = T.Load(in raw, Row(_components + j));
            T size = T.Load(in raw, Row(2 * _components + j));
            Note(ref parts, Weight, j, LaneMath<T>.ExpWithin(weight / LaneMath<T>.Limiter(weight, LogarithmLimit)));
            Note(ref parts, Place, j, place / LaneMath<T>.Limiter(place, PlaceLimit) + T.Broadcast(_places[j]));
            Note(ref parts, InverseSize, j, LaneMath<T>.ExpWithin(-(size / LaneMath<T>.Limiter(size, LogarithmLimit) + T.Broadcast(_logSize))));
        }
    }

    // L, Q and P; of each component p and q, and its terms of the two sums.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private Curve CurveAt(T x, ref float parts)
    {
        T sumBelow = default, sumAbove = default, slopeBelow = default, slopeAbove = default, one = T.Broadcast(1f);
        T lowest = T.Broadcast(float.MaxValue), highest = -lowest;
        for (int j = 0; j < _components; j++)
        {
            T inverse = Part(ref parts, InverseSize, j), weight = Part(ref parts, Weight, j), s = (x - Part(ref parts, Place, j)) * inverse;
            (lowest, highest) = (T.Min(lowest, s), T.Max(highest, s));
            T z = ExpFromLimit(-T.Abs(s)), nearer = one / (one + z), farther = z * nearer, isBelow = T.LessOrEqual(default, s);
            T p = T.Select(isBelow, nearer, farther), q = T.Select(isBelow, farther, nearer), below = weight * p, above = weight * q;
            sumBelow += below;
            sumAbove += above;
            slopeBelow = T.MultiplyAdd(below * inverse, q, slopeBelow);
            slopeAbove = T.MultiplyAdd(above * inverse, p, slopeAbove);
            T counted = T.Select(T.LessOrEqual(T.Broadcast(LeastMass), farther), farther, default);
            Note(ref parts, MassBelow, j, T.Select(isBelow, nearer, counted));
            Note(ref parts, MassAbove, j, T.Select(isBelow, counted, nearer));
            Note(ref parts, ShareBelow, j, below);
            Note(ref parts, ShareAbove, j, above);
        }
        T isFar = T.Select(T.LessOrEqual(T.Max(lowest, -highest), T.Broadcast(Far)), default, one);
        if (isFar.Sum() > 0)
            return FarCurveAt(x, ref parts);
        T inverseBelow = one / sumBelow, inverseAbove = one / sumAbove;
        return new(LaneMath<T>.Log(sumBelow) - LaneMath<T>.Log(sumAbove), slopeBelow * inverseBelow, slopeAbove * inverseAbove, inverseBelow, inverseAbove);
    }

    // The same where some value is so far to one side of all components that a sum would be 0: by logarithms.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private Curve FarCurveAt(T x, ref float parts)
    {
        T greatestBelow = T.Broadcast(-float.MaxValue), greatestAbove = greatestBelow;
        for (int j = 0; j < _components; j++)
        {
            T s = (x - Part(ref parts, Place, j)) * Part(ref parts, InverseSize, j);
            T rest = LaneMath<T>.Log(Part(ref parts, Weight, j)) - LaneMath<T>.LogOnePlus(LaneMath<T>.Decay(s));
            T below = rest - T.Max(-s, default), above = rest - T.Max(s, default);
            greatestBelow = T.Max(greatestBelow, below);
            greatestAbove = T.Max(greatestAbove, above);
            Note(ref parts, ShareBelow, j, below);
            Note(ref parts, ShareAbove, j, above);
        }
        T sumBelow = default, sumAbove = default, slopeBelow = default, slopeAbove = default;
        for (int j = 0; j < _components; j++)
        {
            T inverse = Part(ref parts, InverseSize, j);
            T below = ExpFromLimit(Part(ref parts, ShareBelow, j) - greatestBelow), above = ExpFromLimit(Part(ref parts, ShareAbove, j) - greatestAbove);
            sumBelow += below;
            sumAbove += above;
            slopeBelow = T.MultiplyAdd(below * inverse, Part(ref parts, MassAbove, j), slopeBelow);
            slopeAbove = T.MultiplyAdd(above * inverse, Part(ref parts, MassBelow, j), slopeAbove);
            Note(ref parts, ShareBelow, j, below);
            Note(ref parts, ShareAbove, j, above);
        }
        T inverseBelow = T.Broadcast(1f) / sumBelow, inverseAbove = T.Broadcast(1f) / sumAbove;
        return new(
            greatestBelow - greatestAbove + (LaneMath<T>.Log(sumBelow) - LaneMath<T>.Log(sumAbove)), slopeBelow * inverseBelow, slopeAbove * inverseAbove,
            inverseBelow, inverseAbove);
    }

    // From the gradients by y, but for its line, and by S to those by x and by the raw parameters, which they replace.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T ReturnCurve(T x, T gY, T gSlope, Curve curve, ref float raw, ref float parts)
    {
        T gX = default;
        for (int j = 0; j < _components; j++)
        {
            T b = Part(ref parts, ShareBelow, j) * curve.InverseBelow, a = Part(ref parts, ShareAbove, j) * curve.InverseAbove;
            T p = Part(ref parts, MassBelow, j), q = Part(ref parts, MassAbove, j), inverse = Part(ref parts, InverseSize, j);
            T s = (x - Part(ref parts, Place, j)) * inverse;
            T c = T.MultiplyAdd(b, q, a * p);
            T aboveMean = b * (inverse * q - curve.SlopeBelow), belowMean = a * (inverse * p - curve.SlopeAbove);
            T slopeByS = T.MultiplyAdd(inverse * (a - b), p * q, aboveMean * q - belowMean * p);
            T gS = T.MultiplyAdd(gY, c, gSlope * slopeByS);
            gX = T.MultiplyAdd(inverse, gS, gX);
            nuint weight = Row(j), place = Row(_components + j), size = Row(2 * _components + j);
            Replace(ref raw, weight, LogarithmLimit, T.MultiplyAdd(gY, b - a, gSlope * (aboveMean + belowMean)));
            Replace(ref raw, place, PlaceLimit, -(inverse * gS));
            Replace(ref raw, size, LogarithmLimit, -T.MultiplyAdd(s, gS, gSlope * inverse * c));
        }
        return gX;
    }

    // A raw parameter u by the gradient by it, given that by u / (1 + |u| / limit).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Replace(ref float raw, nuint at, float limit, T gradient)
    {
        T inverse = T.Broadcast(1f) / LaneMath<T>.Limiter(T.Load(ref raw, at), limit);
        (gradient * inverse * inverse).Store(ref raw, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpFromLimit(T x) => LaneMath<T>.ExpWithin(T.Max(x, T.Broadcast(-Limit)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Within(T x) => T.Min(T.Max(x, T.Broadcast(-Bound)), T.Broadcast(Bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Part(ref float parts, int part, int component) => T.Load(ref parts, (nuint)((part * _components + component) * T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(ref float parts, int part, int component, T value) => value.Store(ref parts, (nuint)((part * _components + component) * T.Count));

    private readonly record struct Curve(T Value, T SlopeBelow, T SlopeAbove, T InverseBelow, T InverseAbove);
}
