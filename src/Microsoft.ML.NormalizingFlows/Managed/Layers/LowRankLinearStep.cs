using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// A linear map of which the first r columns of L and rows of U alone are learned: <c>t = U_r x</c>, the mixed features; then
/// <c>y = (t, d x) + L_r t + b</c>, d the rest of the diagonal of U. It takes 2 r D multiplications a point.
/// </summary>
internal sealed class LowRankLinearStep<T> : LinearStep<T> where T : unmanaged, ILanes<T>
{
    private readonly TableSlot _left, _right, _scale;
    private readonly int[] _source;

    public LowRankLinearStep(LayoutBuilder builder, string name, int[] order, int[] inputs, int[] outputs, LinearSpec spec)
        : base(builder, name, order, inputs, outputs, spec)
    {
        var columnOf = new int[Dimensions];
        for (int column = 0; column < Dimensions; column++)
            columnOf[ColumnFeature[column]] = column;
        _source = Array.ConvertAll(RowFeature, feature => columnOf[feature]);
        _left = builder.Derived.ReserveTable(Dimensions, Rank);
        _right = builder.Derived.ReserveTable(Rank, Dimensions);
        _scale = builder.Derived.ReserveTable(1, Dimensions);
    }

    public override int ReturnScratchLength => 0;

    public override double Derive(FlowVectors values)
    {
        Span<float> left = _left.Of(values.Derived), right = _right.Of(values.Derived), scale = _scale.Of(values.Derived);
        double logDeterminant = 0;
        for (int row = 0; row < Dimensions; row++)
        {
            int feature = RowFeature[row];
            Lower(values, feature).CopyTo(left[(row * _left.Stride)..]);
            scale[row] = Diagonal(values, feature);
            logDeterminant += Math.Log(scale[row]);
            if (feature < Rank)
                right[feature * _right.Stride + _source[row]] = scale[row];
        }
        for (int row = 0; row < Rank; row++)
        {
            var upper = Upper(values, row);
            for (int column = 0; column < Dimensions; column++)
            {
                if (ColumnFeature[column] > row)
                    right[row * _right.Stride + column] = UpperScale * upper[ColumnFeature[column] - row - 1];
            }
        }
        return logDeterminant;
    }

    public override void Return(FlowVectors values, FlowVectors gradient, float gLogDeterminant, Span<float> scratch)
    {
        Span<float> gLeft = _left.Of(gradient.Derived), gRight = _right.Of(gradient.Derived), gScale = _scale.Of(gradient.Derived);
        for (int row = 0; row < Dimensions; row++)
        {
            int feature = RowFeature[row];
            var lower = Lower(gradient, feature);
            gLeft.Slice(row * _left.Stride, lower.Length).CopyTo(lower);
            float gDiagonal = feature < Rank ? gRight[feature * _right.Stride + _source[row]] : gScale[row];
            ReturnDiagonal(values, gradient, feature, gDiagonal, gLogDeterminant);
        }
        for (int row = 0; row < Rank; row++)
        {
            var upper = Upper(gradient, row);
            for (int column = 0; column < Dimensions; column++)
            {
                if (ColumnFeature[column] > row)
                    upper[ColumnFeature[column] - row - 1] = UpperScale * gRight[row * _right.Stride + column];
            }
        }
    }

    public override void Forward(FlowVectors values, ReadOnlySpan<float> x, Span<float> y, int columns, PanelScratch scratch)
    {
        var mixed = scratch.Mixed;
        Mix(values, x, mixed, columns);
        Span<float> bias = Bias(values), scale = _scale.Of(values.Derived);
        for (int row = 0; row < Dimensions; row++)
        {
            var target = Row(y, row, columns);
            if (RowFeature[row] < Rank)
                TensorPrimitives.Add(Row(mixed, RowFeature[row], columns), bias[row], target);
            else
            {
                TensorPrimitives.Multiply(Row(x, _source[row], columns), scale[row], target);
                TensorPrimitives.Add(target, bias[row], target);
            }
        }
        MatrixProduct<T>.Run(
            new LeftFactor(_left.Of(values.Derived), _left.Stride, 1), mixed, Panel.Columns, y, Panel.Columns, Dimensions, columns, Rank,
            ProductStart.Target);
    }

    public override void ParameterGradient(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> gY, ReadOnlySpan<float> x, int columns, PanelScratch scratch)
    {
        // What the diagonal of L and all above it get is not read.
        Span<float> mixed = scratch.Mixed, gMixed = scratch.MixedGradient, rows = scratch.Rows;
        Mix(values, x, mixed, columns);
        int width = Lengths.RoundUp(Rank, T.Count);
        DenseLayer<T>.Transpose(mixed, Rank, width, rows, columns);
        MatrixProduct<T>.Run(
            new LeftFactor(gY, Panel.Columns, 1), rows, width, _left.Of(gradient.Derived), _left.Stride, Dimensions, width, columns,
            ProductStart.Target);
        MixedGradient(values, gY, gMixed, columns);
        width = Lengths.RoundUp(Dimensions, T.Count);
        DenseLayer<T>.Transpose(x, Dimensions, width, rows, columns);
        MatrixProduct<T>.Run(
            new LeftFactor(gMixed, Panel.Columns, 1), rows, width, _right.Of(gradient.Derived), _right.Stride, Rank, width, columns,
            ProductStart.Target);
        var gScale = _scale.Of(gradient.Derived);
        for (int row = 0; row < Dimensions; row++)
        {
            if (RowFeature[row] >= Rank)
                gScale[row] += TensorPrimitives.Dot(Row(gY, row, columns), Row(x, _source[row], columns));
        }
        Elementwise<T>.AddRowSums(gY, Bias(gradient), Dimensions, columns);
    }

    public override void InputGradient(FlowVectors values, ReadOnlySpan<float> gY, Span<float> gX, int columns, PanelScratch scratch)
    {
        var gMixed = scratch.MixedGradient;
        MixedGradient(values, gY, gMixed, columns);
        MatrixProduct<T>.Run(
            new LeftFactor(_right.Of(values.Derived), 1, _right.Stride), gMixed, Panel.Columns, gX, Panel.Columns, Dimensions, columns, Rank);
        var scale = _scale.Of(values.Derived);
        for (int row = 0; row < Dimensions; row++)
        {
            var target = Row(gX, _source[row], columns);
            if (RowFeature[row] >= Rank)
                TensorPrimitives.MultiplyAdd(Row(gY, row, columns), scale[row], target, target);
        }
    }

    // t = U_r x.
    private void Mix(FlowVectors values, ReadOnlySpan<float> x, Span<float> mixed, int columns) =>
        MatrixProduct<T>.Run(
            new LeftFactor(_right.Of(values.Derived), _right.Stride, 1), x, Panel.Columns, mixed, Panel.Columns, Rank, columns, Dimensions);

    // gT = gY of the mixed features + L_r^T gY.
    private void MixedGradient(FlowVectors values, ReadOnlySpan<float> gY, Span<float> gMixed, int columns)
    {
        for (int row = 0; row < Dimensions; row++)
        {
            if (RowFeature[row] < Rank)
                Row(gY, row, columns).CopyTo(Row(gMixed, RowFeature[row], columns));
        }
        MatrixProduct<T>.Run(
            new LeftFactor(_left.Of(values.Derived), 1, _left.Stride), gY, Panel.Columns, gMixed, Panel.Columns, Rank, columns, Dimensions,
            ProductStart.Target);
    }

    private static Span<float> Row(Span<float> panel, int row, int columns) => panel.Slice(row * Panel.Columns, columns);

    private static ReadOnlySpan<float> Row(ReadOnlySpan<float> panel, int row, int columns) => panel.Slice(row * Panel.Columns, columns);
}
