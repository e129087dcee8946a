namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>Gathers, while the layers of a flow are made, what stands where.</summary>
/// <param name="lanes">Numbers in a register.</param>
internal sealed class LayoutBuilder(int lanes)
{
    public int Lanes { get; } = lanes;

    public VectorLayout Learned { get; } = new();

    public VectorLayout Derived { get; } = new();

    public ParameterMap Map { get; } = new();

    public FlowVectors CreateVectors() => new(Learned.Length, Derived.Length);
}
