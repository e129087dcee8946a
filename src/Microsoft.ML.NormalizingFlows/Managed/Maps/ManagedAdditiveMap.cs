using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary><c>y = x + b</c>, as <c>AdditiveMap</c>: its derivatives are 1, and the log-determinant is 0.</summary>
internal sealed class ManagedAdditiveMap<T> : ManagedMap<T> where T : unmanaged, ILanes<T>
{
    public override int ParametersPerFeature => 1;

    public override void Forward(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, y, features, columns, scratch);
        x[..(features * Panel.Columns)].CopyTo(y);
        Elementwise<T>.Add(raw, y, features, columns);
    }

    public override void Backward(
        Span<float> raw, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, g, features, columns, scratch);
        g[..(features * Panel.Columns)].CopyTo(raw);
    }

    public override void Inverse(ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch)
    {
        Check(raw, y, x, features, columns, scratch);
        Elementwise<T>.Subtract(y, raw, x, features, columns);
    }
}
