using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// <c>Encoder</c> on panels: D - H - H - K with ReLU, from standardised points to the logits of q(z | x). The first of them may have a linear part,
/// as the means of a continuous latent do.
/// </summary>
internal sealed class EncoderNetwork<T> : IPanelEncoder where T : unmanaged, ILanes<T>
{
    private const float InputLimit = (float)ParameterLimits.NetworkInput;

    private readonly DenseSlot _first, _second, _final;
    private readonly DenseSlot? _axes;

    public EncoderNetwork(LayoutBuilder builder, string name, int dimensions, int hidden, int states, int axes = 0)
    {
        if (axes > 0)
        {
            _axes = new DenseSlot(builder.Learned, dimensions, axes, builder.Lanes);
            builder.Map.Add(name + ".axes.weight", axes, dimensions, _axes.WeightPlace);
        }
        _first = Create(builder, name + ".first", dimensions, hidden);
        _second = Create(builder, name + ".second", hidden, hidden);
        _final = Create(builder, name + ".final", hidden, states);
    }

    public EncoderTape CreateTape() => new(_first.Inputs, _first.Outputs, _final.Outputs, T.Count);

    public void Forward(FlowVectors values, ReadOnlySpan<float> points, EncoderTape tape, int columns)
    {
        Span<float> input = tape.Input.Span, first = tape.First.Span, second = tape.Second.Span;
        Elementwise<T>.Clamp(points, input, _first.Inputs, columns, InputLimit);
        Layer(_first, values, input, first, columns);
        Elementwise<T>.Rectify(first, first, _first.Outputs, columns);
        Layer(_second, values, first, second, columns);
        Elementwise<T>.Rectify(second, second, _second.Outputs, columns);
        Layer(_final, values, second, tape.Logits.Span, columns);
        if (_axes is not null)
            DenseLayer<T>.ForwardAdd(_axes, values.Learned, input, tape.Logits.Span, columns);
    }

    /// <summary>Adds the gradient by the parameters, from that by the logits, (K, columns).</summary>
    public void Backward(
        FlowVectors values, FlowVectors gradient, EncoderTape tape, ReadOnlySpan<float> gLogits, int columns, PanelScratch scratch)
    {
        Span<float> gSecond = scratch.Delta, gFirst = scratch.Activated;
        if (_axes is not null)
            DenseLayer<T>.WeightGradient(_axes, gLogits, tape.Input.Span, gradient.Learned, columns, scratch.Rows);
        Add(_final, gradient, gLogits, tape.Second.Span, columns, scratch);
        DenseLayer<T>.InputGradient(_final, values.Learned, gLogits, gSecond, columns);
        Elementwise<T>.RectifyGradient(tape.Second.Span, gSecond, _second.Outputs, columns);
        Add(_second, gradient, gSecond, tape.First.Span, columns, scratch);
        DenseLayer<T>.InputGradient(_second, values.Learned, gSecond, gFirst, columns);
        Elementwise<T>.RectifyGradient(tape.First.Span, gFirst, _first.Outputs, columns);
        Add(_first, gradient, gFirst, tape.Input.Span, columns, scratch);
    }

    private static DenseSlot Create(LayoutBuilder builder, string name, int inputs, int outputs)
    {
        var slot = new DenseSlot(builder.Learned, inputs, outputs, builder.Lanes);
        builder.Map.Add(name + ".weight", outputs, inputs, slot.WeightPlace);
        builder.Map.Add(name + ".bias", outputs, output => slot.Bias + output);
        return slot;
    }

    private static void Layer(DenseSlot slot, FlowVectors values, ReadOnlySpan<float> x, Span<float> y, int columns) =>
        DenseLayer<T>.Forward(slot, values.Learned, values.Learned.Slice(slot.Bias, slot.Outputs), x, y, columns);

    private static void Add(DenseSlot slot, FlowVectors gradient, ReadOnlySpan<float> gY, ReadOnlySpan<float> x, int columns, PanelScratch scratch)
    {
        DenseLayer<T>.WeightGradient(slot, gY, x, gradient.Learned, columns, scratch.Rows);
        DenseLayer<T>.BiasGradient(slot, gY, gradient.Learned, columns);
    }
}
