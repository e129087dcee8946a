using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>
/// A <c>ElementwiseMap</c> on panels, with its derivative. Row f of x, y and their gradients belongs to feature f,
/// rows f P to f P + P - 1 of the raw parameters too. Maps have no state and may be called from several threads at once.
/// </summary>
internal abstract class ManagedMap<T> where T : unmanaged, ILanes<T>
{
    /// <summary>P, the number of raw parameters of each feature.</summary>
    public abstract int ParametersPerFeature { get; }

    /// <summary>Numbers that a call needs for itself.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>y and, added to <paramref name="logDeterminant"/> (a row), the sum over the features of ln dy/dx.</summary>
    public abstract void Forward(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, int features, int columns, Span<float> scratch);

    /// <summary>
    /// The gradient of a loss: from those by y, in <paramref name="g"/>, and by the log-determinant, a row, to those by x, in
    /// <paramref name="g"/>, and by the raw parameters, in <paramref name="raw"/>.
    /// </summary>
    public abstract void Backward(
        Span<float> raw, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogDeterminant, int features, int columns, Span<float> scratch);

    /// <summary>x of y; the two may be the same panel.</summary>
    public abstract void Inverse(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch);

    // The loops read and write without looking: what they touch is checked here.
    protected void Check(ReadOnlySpan<float> raw, ReadOnlySpan<float> x, ReadOnlySpan<float> y, int features, int columns, ReadOnlySpan<float> scratch)
    {
        int stride = Kernels.Panel.Columns;
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, stride);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % T.Count, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(raw.Length, features * ParametersPerFeature * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Length, features * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, features * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, ScratchLength);
    }
}
