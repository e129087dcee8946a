using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>A linear layer on panels, <c>Y = W X + b</c>, and its gradients: <c>gX = W^T gY</c>, <c>gW = gY X^T</c>.</summary>
internal static class DenseLayer<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Y = b + W X.</summary>
    public static void Forward(DenseSlot slot, ReadOnlySpan<float> learned, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y, int columns) =>
        Forward(slot, learned, bias, x, y, columns, 0, slot.Outputs, ProductStart.Bias);

    /// <summary>Y = Y + W X.</summary>
    public static void ForwardAdd(DenseSlot slot, ReadOnlySpan<float> learned, ReadOnlySpan<float> x, Span<float> y, int columns) =>
        Forward(slot, learned, default, x, y, columns, 0, slot.Outputs, ProductStart.Target);

    /// <summary>Some rows of Y alone, from <paramref name="from"/> to before <paramref name="to"/>; bias and Y have all rows.</summary>
    public static void Forward(
        DenseSlot slot, ReadOnlySpan<float> learned, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y, int columns,
        int from, int to, ProductStart start)
    {
        if (from == to)
            return;
        var weights = new LeftFactor(learned.Slice(slot.Weight + from * slot.Stride, (to - from) * slot.Stride), slot.Stride, 1);
        var range = new ProductRange { To = slot.Mask is null ? default : slot.Mask.Ends.AsSpan(from, to - from) };
        MatrixProduct<T>.Run(
            weights, x, Panel.Columns, y[(from * Panel.Columns)..], Panel.Columns, to - from, columns, slot.Inputs,
            start, bias.IsEmpty ? default : bias[from..to], range);
    }

    /// <summary>gX = W^T gY.</summary>
    public static void InputGradient(DenseSlot slot, ReadOnlySpan<float> learned, ReadOnlySpan<float> gY, Span<float> gX, int columns)
    {
        var transposed = new LeftFactor(learned.Slice(slot.Weight, slot.Outputs * slot.Stride), 1, slot.Stride);
        var range = new ProductRange { From = slot.Mask is null ? default : slot.Mask.Starts };
        MatrixProduct<T>.Run(
            transposed, gY, Panel.Columns, gX, Panel.Columns, slot.Inputs, columns, slot.Outputs, ProductStart.Zero, default, range);
    }

    /// <summary>Adds gY X^T to the gradient of W. What a mask cuts may get numbers too, see <see cref="ClearMasked"/>.</summary>
    /// <param name="slot">The layer.</param>
    /// <param name="gY">(outputs, columns)</param>
    /// <param name="x">(inputs, columns)</param>
    /// <param name="gradient">Of all learned values.</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="scratch">As many rows of W as a panel has columns.</param>
    public static void WeightGradient(
        DenseSlot slot, ReadOnlySpan<float> gY, ReadOnlySpan<float> x, Span<float> gradient, int columns, Span<float> scratch)
    {
        Transpose(x, slot.Inputs, slot.Stride, scratch, columns);
        var range = new ProductRange { Columns = slot.Mask is null ? default : slot.Mask.Ends };
        MatrixProduct<T>.Run(
            new LeftFactor(gY, Panel.Columns, 1), scratch, slot.Stride, gradient.Slice(slot.Weight, slot.Outputs * slot.Stride), slot.Stride,
            slot.Outputs, slot.Stride, columns, ProductStart.Target, default, range);
    }

    /// <summary>Adds the gradient of the bias, the sums of the rows of gY.</summary>
    public static void BiasGradient(DenseSlot slot, ReadOnlySpan<float> gY, Span<float> gradient, int columns) =>
        Elementwise<T>.AddRowSums(gY, gradient.Slice(slot.Bias, slot.Outputs), slot.Outputs, columns);

    /// <summary>Sets the gradients of weights that the mask cuts to 0.</summary>
    public static void ClearMasked(DenseSlot slot, Span<float> gradient)
    {
        for (int output = 0; slot.Mask is not null && output < slot.Outputs; output++)
            gradient[(slot.Weight + output * slot.Stride + slot.Mask.Ends[output])..(slot.Weight + (output + 1) * slot.Stride)].Clear();
    }

    /// <summary>X^T with rows of <paramref name="stride"/> numbers, zeros behind the last input.</summary>
    public static void Transpose(ReadOnlySpan<float> x, int inputs, int stride, Span<float> target, int columns)
    {
        Transposition<T>.Run(x, Panel.Columns, target, stride, inputs, columns);
        for (int column = 0; column < columns && inputs < stride; column++)
            target[(column * stride + inputs)..((column + 1) * stride)].Clear();
    }
}
