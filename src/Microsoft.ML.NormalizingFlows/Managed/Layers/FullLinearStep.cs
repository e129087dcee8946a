using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>A linear map as one matrix, <c>y = M x + b</c>: M = L U is multiplied once for each change of the parameters.</summary>
internal sealed class FullLinearStep<T> : LinearStep<T> where T : unmanaged, ILanes<T>
{
    private readonly int _stride;
    private readonly TableSlot _product, _leftFactor, _rightFactor;

    public FullLinearStep(LayoutBuilder builder, string name, int[] order, int[] inputs, int[] outputs)
        : base(builder, name, order, inputs, outputs, new LinearSpec())
    {
        _product = builder.Derived.ReserveTable(Dimensions, Dimensions);
        _leftFactor = builder.Derived.ReserveTable(Dimensions, Dimensions);
        _rightFactor = builder.Derived.ReserveTable(Dimensions, Dimensions);
        _stride = _product.Stride;
    }

    public override int ReturnScratchLength => 2 * _product.Length;

    public override double Derive(FlowVectors values)
    {
        Span<float> left = _leftFactor.Of(values.Derived), right = _rightFactor.Of(values.Derived);
        double logDeterminant = 0;
        for (int row = 0; row < Dimensions; row++)
        {
            int feature = RowFeature[row];
            Lower(values, feature).CopyTo(left[(row * _stride)..]);
            left[row * _stride + feature] = 1;
        }
        for (int column = 0; column < Dimensions; column++)
        {
            int feature = ColumnFeature[column];
            for (int row = 0; row < feature; row++)
                right[row * _stride + column] = Upper(values, row)[feature - row - 1];
            float diagonal = Diagonal(values, feature);
            right[feature * _stride + column] = diagonal;
            logDeterminant += Math.Log(diagonal);
        }
        Product(new LeftFactor(left, _stride, 1), right, _product.Of(values.Derived));
        return logDeterminant;
    }

    /// <summary>With gM the gradient by M: <c>gL = gM U^T</c>, <c>gU = L^T gM</c>.</summary>
    public override void Return(FlowVectors values, FlowVectors gradient, float gLogDeterminant, Span<float> scratch)
    {
        Span<float> gProduct = _product.Of(gradient.Derived), gFactor = scratch[.._product.Length];
        Span<float> left = _leftFactor.Of(values.Derived), right = _rightFactor.Of(values.Derived);

        var transposed = scratch.Slice(_product.Length, _product.Length);
        Transposition<T>.Run(right, _stride, transposed, _stride, Dimensions, Dimensions);
        Product(new LeftFactor(gProduct, _stride, 1), transposed, gFactor);
        for (int row = 0; row < Dimensions; row++)
        {
            var lower = Lower(gradient, RowFeature[row]);
            gFactor.Slice(row * _stride, lower.Length).CopyTo(lower);
        }

        Product(new LeftFactor(left, 1, _stride), gProduct, gFactor);
        for (int column = 0; column < Dimensions; column++)
        {
            int feature = ColumnFeature[column];
            for (int row = 0; row < feature; row++)
                Upper(gradient, row)[feature - row - 1] = gFactor[row * _stride + column];
            ReturnDiagonal(values, gradient, feature, gFactor[feature * _stride + column], gLogDeterminant);
        }
    }

    public override void Forward(FlowVectors values, ReadOnlySpan<float> x, Span<float> y, int columns, PanelScratch scratch) =>
        MatrixProduct<T>.Run(
            new LeftFactor(_product.Of(values.Derived), _stride, 1), x, Panel.Columns, y, Panel.Columns, Dimensions, columns, Dimensions,
            ProductStart.Bias, Bias(values));

    public override void ParameterGradient(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> gY, ReadOnlySpan<float> x, int columns, PanelScratch scratch)
    {
        int width = Lengths.RoundUp(Dimensions, T.Count);
        DenseLayer<T>.Transpose(x, Dimensions, width, scratch.Rows, columns);
        MatrixProduct<T>.Run(
            new LeftFactor(gY, Panel.Columns, 1), scratch.Rows, width, _product.Of(gradient.Derived), _stride, Dimensions, width, columns,
            ProductStart.Target);
        Elementwise<T>.AddRowSums(gY, Bias(gradient), Dimensions, columns);
    }

    public override void InputGradient(FlowVectors values, ReadOnlySpan<float> gY, Span<float> gX, int columns, PanelScratch scratch) =>
        MatrixProduct<T>.Run(
            new LeftFactor(_product.Of(values.Derived), 1, _stride), gY, Panel.Columns, gX, Panel.Columns, Dimensions, columns, Dimensions);

    private void Product(LeftFactor a, ReadOnlySpan<float> b, Span<float> c) =>
        MatrixProduct<T>.Run(a, b, _stride, c, _stride, Dimensions, Lengths.RoundUp(Dimensions, T.Count), Dimensions);
}
