using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>What gives q(z|x) for a panel of points.</summary>
internal interface IPanelEncoder
{
    EncoderTape CreateTape();

    /// <summary>Fills <see cref="EncoderTape.Logits"/> from standardised points, (D, columns).</summary>
    void Forward(FlowVectors values, ReadOnlySpan<float> points, EncoderTape tape, int columns);
}
