using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
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
internal sealed class ManagedMixtureMap<T> : ManagedMap<T> where T : unmanaged, ILanes<T>
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
                T value = T.Load(ref xFirst, at), t = Within(value);
                Prepare(ref rawFirst, feature, column, ref room);
                var curve = Evaluate(t, ref room);
                T slope = curve.SlopeBelow + curve.SlopeAbove + T.Broadcast(MinimumSlope);
                T.MultiplyAdd(value - t, slope, T.MultiplyAdd(t, T.Broadcast(MinimumSlope), curve.Value)).Store(ref yFirst, at);
                (T.Load(ref logFirst, column) + LaneMath<T>.Log(slope)).Store(ref logFirst, column);
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
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                T value = T.Load(ref xFirst, at), t = Within(value);
                Prepare(ref rawFirst, feature, column, ref room);
                var curve = Evaluate(t, ref room);
                T slope = curve.SlopeBelow + curve.SlopeAbove + T.Broadcast(MinimumSlope);
                T gY = T.Load(ref gFirst, at);
                // On the lines y depends on the slope too, and the slope no longer on x.
                T gSlope = T.MultiplyAdd(gY, value - t, T.Load(ref gLogFirst, column) / slope);
                T gX = Return(t, gY, gSlope, curve, ref rawFirst, feature, column, ref room);
                T.Select(T.LessOrEqual(T.Abs(value), T.Broadcast(Bound)), T.MultiplyAdd(gY, T.Broadcast(MinimumSlope), gX), gY * slope).Store(ref gFirst, at);
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
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                T target = T.Load(ref yFirst, at);
                Prepare(ref rawFirst, feature, column, ref room);
                T found = Find(target, ref room);
                // One step of Newton's more, which is exact on the lines.
                var (value, slope) = new Whole(this, ref room).At(found);
                (found - (value - target) / slope).Store(ref xFirst, at);
            }
        }
    }

    private T Find(T target, ref float room)
    {
        // A component alone takes y at mu + sigma y, up to the term of the least slope: the root lies between the first and the last of these places.
        T low = T.Broadcast(float.MaxValue), high = -low, least = T.Broadcast(MinimumSlope);
        for (int j = 0; j < _components; j++)
        {
            T inverse = Part(ref room, InverseSize, j);
            T end = T.MultiplyAdd(Part(ref room, Place, j), inverse, target) / (inverse + least);
            low = T.Min(low, end);
            high = T.Max(high, end);
        }
        return LaneRoot<T>.Find(target, Within(low), Within(high), new Whole(this, ref room));
    }

    // y and dy/dx within the bounds.
    private readonly ref struct Whole(ManagedMixtureMap<T> map, ref float room) : IRisingFunction<T>
    {
        private readonly ref float _room = ref room;

        public (T Value, T Slope) At(T x)
        {
            var curve = map.Evaluate(x, ref _room);
            T least = T.Broadcast(MinimumSlope);
            return (T.MultiplyAdd(x, least, curve.Value), curve.SlopeBelow + curve.SlopeAbove + least);
        }
    }

    private const int Weight = 0, Place = 1, InverseSize = 2, MassBelow = 3, MassAbove = 4, ShareBelow = 5, ShareAbove = 6;

    // w, not of sum 1, mu and 1 / sigma of the components.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Prepare(ref readonly float raw, nuint feature, nuint column, ref float room)
    {
        for (int j = 0; j < _components; j++)
        {
            T weight = T.Load(in raw, At(feature, j, column));
            T place = T.Load(in raw, At(feature, _components + j, column));
            T size = T.Load(in raw, At(feature, 2 * _components + j, column));
            Note(ref room, Weight, j, LaneMath<T>.ExpWithin(weight / LaneMath<T>.Limiter(weight, LogarithmLimit)));
            Note(ref room, Place, j, place / LaneMath<T>.Limiter(place, PlaceLimit) + T.Broadcast(_places[j]));
            Note(ref room, InverseSize, j, LaneMath<T>.ExpWithin(-(size / LaneMath<T>.Limiter(size, LogarithmLimit) + T.Broadcast(_logSize))));
        }
    }

    // L, Q and P; of each component p and q, and its terms of the two sums.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private Curve Evaluate(T x, ref float room)
    {
        T sumBelow = default, sumAbove = default, slopeBelow = default, slopeAbove = default, one = T.Broadcast(1f);
        T lowest = T.Broadcast(float.MaxValue), highest = -lowest;
        for (int j = 0; j < _components; j++)
        {
            T inverse = Part(ref room, InverseSize, j), weight = Part(ref room, Weight, j), s = (x - Part(ref room, Place, j)) * inverse;
            (lowest, highest) = (T.Min(lowest, s), T.Max(highest, s));
            T z = ExpFromLimit(-T.Abs(s)), nearer = one / (one + z), farther = z * nearer, isBelow = T.LessOrEqual(default, s);
            T p = T.Select(isBelow, nearer, farther), q = T.Select(isBelow, farther, nearer), below = weight * p, above = weight * q;
            sumBelow += below;
            sumAbove += above;
            slopeBelow = T.MultiplyAdd(below * inverse, q, slopeBelow);
            slopeAbove = T.MultiplyAdd(above * inverse, p, slopeAbove);
            T counted = T.Select(T.LessOrEqual(T.Broadcast(LeastMass), farther), farther, default);
            Note(ref room, MassBelow, j, T.Select(isBelow, nearer, counted));
            Note(ref room, MassAbove, j, T.Select(isBelow, counted, nearer));
            Note(ref room, ShareBelow, j, below);
            Note(ref room, ShareAbove, j, above);
        }
        T isFar = T.Select(T.LessOrEqual(T.Max(lowest, -highest), T.Broadcast(Far)), default, one);
        if (isFar.Sum() > 0)
            return EvaluateFar(ref room, x);
        T inverseBelow = one / sumBelow, inverseAbove = one / sumAbove;
        return new(LaneMath<T>.Log(sumBelow) - LaneMath<T>.Log(sumAbove), slopeBelow * inverseBelow, slopeAbove * inverseAbove, inverseBelow, inverseAbove);
    }

    // The same where some value is so far to one side of all components that a sum would be 0: by logarithms.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private Curve EvaluateFar(ref float room, T x)
    {
        T greatestBelow = T.Broadcast(-float.MaxValue), greatestAbove = greatestBelow;
        for (int j = 0; j < _components; j++)
        {
            T s = (x - Part(ref room, Place, j)) * Part(ref room, InverseSize, j);
            T rest = LaneMath<T>.Log(Part(ref room, Weight, j)) - LaneMath<T>.LogOnePlus(LaneMath<T>.Decay(s));
            T below = rest - T.Max(-s, default), above = rest - T.Max(s, default);
            greatestBelow = T.Max(greatestBelow, below);
            greatestAbove = T.Max(greatestAbove, above);
            Note(ref room, ShareBelow, j, below);
            Note(ref room, ShareAbove, j, above);
        }
        T sumBelow = default, sumAbove = default, slopeBelow = default, slopeAbove = default;
        for (int j = 0; j < _components; j++)
        {
            T inverse = Part(ref room, InverseSize, j);
            T below = ExpFromLimit(Part(ref room, ShareBelow, j) - greatestBelow), above = ExpFromLimit(Part(ref room, ShareAbove, j) - greatestAbove);
            sumBelow += below;
            sumAbove += above;
            slopeBelow = T.MultiplyAdd(below * inverse, Part(ref room, MassAbove, j), slopeBelow);
            slopeAbove = T.MultiplyAdd(above * inverse, Part(ref room, MassBelow, j), slopeAbove);
            Note(ref room, ShareBelow, j, below);
            Note(ref room, ShareAbove, j, above);
        }
        T inverseBelow = T.Broadcast(1f) / sumBelow, inverseAbove = T.Broadcast(1f) / sumAbove;
        return new(
            greatestBelow - greatestAbove + (LaneMath<T>.Log(sumBelow) - LaneMath<T>.Log(sumAbove)), slopeBelow * inverseBelow, slopeAbove * inverseAbove,
            inverseBelow, inverseAbove);
    }

    // From the gradients by y, but for its line, and by S to those by x and by the raw parameters, which they replace.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Return(T x, T gY, T gSlope, Curve curve, ref float raw, nuint feature, nuint column, ref float room)
    {
        T gX = default;
        for (int j = 0; j < _components; j++)
        {
            T b = Part(ref room, ShareBelow, j) * curve.InverseBelow, a = Part(ref room, ShareAbove, j) * curve.InverseAbove;
            T p = Part(ref room, MassBelow, j), q = Part(ref room, MassAbove, j), inverse = Part(ref room, InverseSize, j);
            T s = (x - Part(ref room, Place, j)) * inverse;
            T c = T.MultiplyAdd(b, q, a * p);
            T aboveMean = b * (inverse * q - curve.SlopeBelow), belowMean = a * (inverse * p - curve.SlopeAbove);
            T slopeByS = T.MultiplyAdd(inverse * (a - b), p * q, aboveMean * q - belowMean * p);
            T gS = T.MultiplyAdd(gY, c, gSlope * slopeByS);
            gX = T.MultiplyAdd(inverse, gS, gX);
            nuint weight = At(feature, j, column), place = At(feature, _components + j, column), size = At(feature, 2 * _components + j, column);
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
    private nuint At(nuint feature, int parameter, nuint column) => (feature * (nuint)(3 * _components) + (nuint)parameter) * Panel.Columns + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Part(ref float room, int part, int component) => T.Load(ref room, (nuint)((part * _components + component) * T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(ref float room, int part, int component, T value) => value.Store(ref room, (nuint)((part * _components + component) * T.Count));

    private readonly record struct Curve(T Value, T SlopeBelow, T SlopeAbove, T InverseBelow, T InverseAbove);
}
