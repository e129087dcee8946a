using Microsoft.ML.NormalizingFlows.Managed.Kernels;

namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>
/// A linear layer <c>y = W x + b</c> in the vector of learned values: row o of W holds its weights and zeros up to a
/// multiple of the lanes.
/// </summary>
internal sealed class DenseSlot
{
    /// <param name="layout">Where the layer gets its places.</param>
    /// <param name="inputs">Columns of W.</param>
    /// <param name="outputs">Rows of W.</param>
    /// <param name="lanes">Numbers in a register.</param>
    /// <param name="mask">What is cut, or null for nothing.</param>
    public DenseSlot(VectorLayout layout, int inputs, int outputs, int lanes, Staircase? mask = null)
    {
        Inputs = inputs;
        Outputs = outputs;
        Stride = Lengths.RoundUp(inputs, lanes);
        Mask = mask;
        Weight = layout.Reserve(checked(outputs * Stride));
        Bias = layout.Reserve(outputs);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>From one row of W to the next.</summary>
    public int Stride { get; }

    public int Weight { get; }

    public int Bias { get; }

    public Staircase? Mask { get; }

    /// <summary>Where weight (output, input) stands; -1 where it is cut.</summary>
    public int WeightPlace(int output, int input) =>
        Mask is null || input < Mask.Ends[output] ? Weight + output * Stride + input : -1;
}
