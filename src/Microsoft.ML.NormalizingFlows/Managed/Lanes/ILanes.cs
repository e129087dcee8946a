namespace Microsoft.ML.NormalizingFlows.Managed.Lanes;

/// <summary>
/// A vector register of float32: the few operations that the kernels are written in. A kernel is generic in its lanes, and
/// the compiler makes it anew for each width: <see cref="Lanes128"/>, <see cref="Lanes256"/>, <see cref="Lanes512"/>.
/// </summary>
internal interface ILanes<T> where T : unmanaged, ILanes<T>
{
    /// <summary>How many numbers there are in a register: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract T Broadcast(float value);

    /// <summary>The numbers from <paramref name="offset"/> on; the caller answers for their being there.</summary>
    static abstract T Load(ref readonly float source, nuint offset = 0);

    /// <summary>Writes the lanes from <paramref name="offset"/> on; the caller answers for the room.</summary>
    void Store(ref float target, nuint offset = 0);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    /// <summary>a b + c, fused where the machine can.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    static abstract T Min(T a, T b);

    static abstract T Max(T a, T b);

    static abstract T Abs(T a);

    static abstract T Sqrt(T a);

    /// <summary>The nearest whole number.</summary>
    static abstract T Round(T a);

    /// <summary>A mask: all bits of a lane where a &lt;= b, none elsewhere.</summary>
    static abstract T LessOrEqual(T a, T b);

    /// <summary>Lane by lane <paramref name="yes"/> where the mask is set, else <paramref name="no"/>.</summary>
    static abstract T Select(T mask, T yes, T no);

    /// <summary>a 2^n, for whole n from -126 to 127.</summary>
    static abstract T TimesPowerOfTwo(T a, T n);

    /// <summary>Splits a normal positive a = m 2^e with m in [1/2, 1): returns m and gives e.</summary>
    static abstract T Mantissa(T a, out T exponent);

    /// <summary>The sum of all lanes.</summary>
    float Sum();

    /// <summary>
    /// Random bits from counters, as numbers in [0, 1): lane i hashes <c>first + i step</c> with the finaliser of
    /// MurmurHash3 (Appleby 2011). <see cref="Numerics.CounterHash"/> does the same for one number.
    /// </summary>
    static abstract T Uniforms(uint first, uint step);

    /// <summary>Writes the columns of a square block of Count rows as rows.</summary>
    static abstract void Transpose(ref readonly float source, nuint sourceStride, ref float target, nuint targetStride);
}
