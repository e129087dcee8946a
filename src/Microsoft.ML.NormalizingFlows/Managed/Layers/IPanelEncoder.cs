using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>What gives q(z|x) for a panel of points.</summary>
internal interface IPanelEncoder
{
    EncoderTape CreateTape();

    /// <summary>Fills <see cref="EncoderTape.Logits"/> from standardised points, (D, columns).</summary>
    void Forward(FlowVectors values, ReadOnlySpan<float> points, EncoderTape tape, int columns);
}

/// <summary>What an <see cref="IPanelEncoder"/> computes for one panel.</summary>
internal sealed class EncoderTape(int dimensions, int hidden, int states, int lanes)
{
    public AlignedArray Input { get; } = new(Lengths.RoundUp(dimensions, lanes) * Panel.Columns);

    public AlignedArray First { get; } = new(Lengths.RoundUp(hidden, lanes) * Panel.Columns);

    public AlignedArray Second { get; } = new(Lengths.RoundUp(hidden, lanes) * Panel.Columns);

    /// <summary>(K, columns)</summary>
    public AlignedArray Logits { get; } = new(Lengths.RoundUp(states, lanes) * Panel.Columns);
}
