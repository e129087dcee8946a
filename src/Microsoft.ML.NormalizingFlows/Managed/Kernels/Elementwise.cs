using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// Operations on panels that treat each number alone, or each row or column; all panels have <c>rows</c> rows and <c>columns</c>
/// columns in use. <see cref="IElementOperation{T}"/> says what happens to a number; one loop serves them all.
/// </summary>
internal static class Elementwise<T> where T : unmanaged, ILanes<T>
{
    /// <summary>y = max(x, 0).</summary>
    public static void Rectify(ReadOnlySpan<float> x, Span<float> y, int rows, int columns) =>
        Apply(default(Rectification<T>), x, x, y, rows, columns);

    /// <summary>g = g where the rectified value y is above 0, else 0, times <paramref name="scale"/>: the gradient of max(x, 0).</summary>
    public static void RectifyGradient(ReadOnlySpan<float> y, Span<float> g, int rows, int columns, float scale = 1) =>
        Apply(new RectificationGradient<T>(scale), y, y, g, rows, columns);

    /// <summary>g += d where the rectified value y is above 0: the gradient of max(x, 0), added.</summary>
    public static void AddRectifyGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> d, Span<float> g, int rows, int columns) =>
        Apply(default(AddedRectificationGradient<T>), y, d, g, rows, columns);

    /// <summary>y = x, held within +-<paramref name="limit"/>.</summary>
    public static void Clamp(ReadOnlySpan<float> x, Span<float> y, int rows, int columns, float limit) =>
        Apply(new Clamping<T>(limit), x, x, y, rows, columns);

    /// <summary>g += d where x is within +-<paramref name="limit"/>: the gradient of a clamp, added.</summary>
    public static void AddClampGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> d, Span<float> g, int rows, int columns, float limit) =>
        Apply(new AddedClampingGradient<T>(limit), x, d, g, rows, columns);

    /// <summary>y = a b.</summary>
    public static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int rows, int columns) =>
        Apply(default(Product<T>), a, b, y, rows, columns);

    /// <summary>y = a - b.</summary>
    public static void Subtract(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int rows, int columns) =>
        Apply(default(Difference<T>), a, b, y, rows, columns);

    /// <summary>y = a / b.</summary>
    public static void Divide(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int rows, int columns) =>
        Apply(default(Quotient<T>), a, b, y, rows, columns);

    /// <summary>y += x.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<float> y, int rows, int columns) =>
        Apply(default(AddedNumber<T>), x, x, y, rows, columns);

    /// <summary>y += a b.</summary>
    public static void MultiplyAdd(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int rows, int columns) =>
        Apply(default(AddedProduct<T>), a, b, y, rows, columns);

    /// <summary>d = d y (1 - y): the gradient of y = sigmoid(x).</summary>
    public static void SigmoidGradient(ReadOnlySpan<float> y, Span<float> d, int rows, int columns) =>
        Apply(default(SigmoidDerivative<T>), y, y, d, rows, columns);

    /// <summary>y = max(y, least), also where y is no number.</summary>
    public static void AtLeast(Span<float> y, float least, int rows, int columns) =>
        Apply(new LowerBound<T>(least), y, y, y, rows, columns);

    /// <summary>y = 0 where it is within +-<paramref name="limit"/>; see <see cref="Negligible"/>.</summary>
    public static void ClearSmall(Span<float> y, float limit, int rows, int columns) =>
        Apply(new Clearing<T>(limit), y, y, y, rows, columns);

    /// <summary>Row r of y is filled with <c>values[r]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(ReadOnlySpan<float> values, Span<float> y, int rows, int columns)
    {
        Check(y, y, rows, columns);
        ref float to = ref MemoryMarshal.GetReference(y);
        for (int row = 0; row < rows; row++)
        {
            T value = T.Broadcast(values[row]);
            for (int column = 0; column < columns; column += T.Count)
                value.Store(ref to, Panel.At(row, column));
        }
    }

    /// <summary>Adds <c>values[r]</c> to row r of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddToRows(ReadOnlySpan<float> values, Span<float> y, int rows, int columns)
    {
        Check(y, y, rows, columns);
        ref float to = ref MemoryMarshal.GetReference(y);
        for (int row = 0; row < rows; row++)
        {
            T value = T.Broadcast(values[row]);
            for (int column = 0; column < columns; column += T.Count)
            {
                nuint at = Panel.At(row, column);
                (T.Load(ref to, at) + value).Store(ref to, at);
            }
        }
    }

    /// <summary>Column c of y becomes that of x times <c>factor weights[c]</c>; where the weight is 0, 0 whatever x is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaleColumns(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, float factor, Span<float> y, int rows, int columns)
    {
        Check(x, y, rows, columns);
        Check(weights, weights, 1, columns);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        ref float scales = ref MemoryMarshal.GetReference(weights);
        for (int column = 0; column < columns; column += T.Count)
        {
            T weight = T.Load(ref scales, (nuint)column), scale = weight * T.Broadcast(factor);
            T nothing = T.LessOrEqual(T.Abs(weight), default);
            for (int row = 0; row < rows; row++)
            {
                nuint at = Panel.At(row, column);
                T.Select(nothing, default, T.Load(ref from, at) * scale).Store(ref to, at);
            }
        }
    }

    /// <summary>Adds <c>constant - |x|^2 / 2</c> of each column x to a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGaussian(ReadOnlySpan<float> x, float constant, Span<float> row, int rows, int columns)
    {
        Check(x, x, rows, columns);
        Check(row, row, 1, columns);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(row);
        for (int column = 0; column < columns; column += T.Count)
        {
            T sum = default;
            for (int i = 0; i < rows; i++)
            {
                T value = T.Load(ref from, Panel.At(i, column));
                sum = T.MultiplyAdd(value, value, sum);
            }
            T total = T.MultiplyAdd(sum, T.Broadcast(-0.5f), T.Broadcast(constant));
            (T.Load(ref to, (nuint)column) + total).Store(ref to, (nuint)column);
        }
    }

    /// <summary>Where a row is greater than the greatest so far: remembers it, and takes the columns of x over into y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TakeWhereGreater(
        ReadOnlySpan<float> candidates, Span<float> greatest, ReadOnlySpan<float> x, Span<float> y, int rows, int columns)
    {
        Check(x, y, rows, columns);
        Check(candidates, greatest, 1, columns);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);
        for (int column = 0; column < columns; column += T.Count)
        {
            ref float best = ref greatest[column];
            T before = T.Load(ref best), candidate = T.Load(in candidates[column]);
            T kept = T.LessOrEqual(candidate, before);
            T.Max(candidate, before).Store(ref best);
            for (int row = 0; row < rows; row++)
            {
                nuint at = Panel.At(row, column);
                T.Select(kept, T.Load(ref to, at), T.Load(ref from, at)).Store(ref to, at);
            }
        }
    }

    /// <summary>Adds the sum of row r of x to <c>sums[r]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRowSums(ReadOnlySpan<float> x, Span<float> sums, int rows, int columns)
    {
        Check(x, x, rows, columns);
        ref float from = ref MemoryMarshal.GetReference(x);
        for (int row = 0; row < rows; row++)
        {
            T sum = default;
            for (int column = 0; column < columns; column += T.Count)
                sum += T.Load(ref from, Panel.At(row, column));
            sums[row] += sum.Sum();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TOperation>(
        TOperation operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int rows, int columns)
        where TOperation : struct, IElementOperation<T>
    {
        Check(a, y, rows, columns);
        Check(b, y, rows, columns);
        ref float first = ref MemoryMarshal.GetReference(a);
        ref float second = ref MemoryMarshal.GetReference(b);
        ref float target = ref MemoryMarshal.GetReference(y);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column += T.Count)
            {
                nuint at = Panel.At(row, column);
                T before = TOperation.ReadsTarget ? T.Load(ref target, at) : default;
                operation.Apply(T.Load(ref first, at), T.Load(ref second, at), before).Store(ref target, at);
            }
        }
    }

    // The loops read and write without looking: what they touch is checked here.
    private static void Check(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % T.Count, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, rows * Panel.Columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.Length, rows * Panel.Columns);
    }
}
