using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>
/// The numbers of a flow, or a gradient by them, in two flat vectors: what is learned, and what kernels read that
/// is derived from it after each change (products L U, tables of the latent states).
/// </summary>
internal sealed class FlowVectors(int learned, int derived)
{
    private readonly AlignedArray _learned = new(learned);
    private readonly AlignedArray _derived = new(derived);

    public Span<float> Learned => _learned.Span;

    public Span<float> Derived => _derived.Span;

    /// <summary>ln |det| of all linear maps together, which is the same at every point; derived.</summary>
    public double LogDeterminant { get; set; }

    public void Clear()
    {
        Learned.Clear();
        Derived.Clear();
    }
}
