using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Micro;

/// <summary>The operands of <see cref="MatrixProducts"/>, laid out as in the flow.</summary>
internal sealed class ProductWork<T> : IProductWork where T : unmanaged, ILanes<T>
{
    private readonly int _outputs, _inputs, _stride;
    private readonly AlignedArray _weights, _weightGradient, _bias, _input, _inputTransposed, _inputGradient, _output, _outputGradient;

    public ProductWork(LayerShape shape)
    {
        (_outputs, _inputs) = (shape.Outputs, shape.Inputs);
        _stride = Lengths.RoundUp(_inputs, T.Count);
        _weights = Normals.Aligned(_outputs * _stride, 1);
        _weightGradient = new AlignedArray(_outputs * _stride);
        _bias = Normals.Aligned(_outputs, 2);
        _input = Normals.Aligned(_inputs * Panel.Columns, 3);
        _inputTransposed = Normals.Aligned(Panel.Columns * _stride, 4);
        _inputGradient = new AlignedArray(_inputs * Panel.Columns);
        _output = new AlignedArray(_outputs * Panel.Columns);
        _outputGradient = Normals.Aligned(_outputs * Panel.Columns, 5);
    }

    public void Forward() => MatrixProduct<T>.Run(
        new LeftFactor(_weights.Span, _stride, 1), _input.Span, Panel.Columns, _output.Span, Panel.Columns,
        _outputs, Panel.Columns, _inputs, ProductStart.Bias, _bias.Span);

    public void Transposed() => MatrixProduct<T>.Run(
        new LeftFactor(_weights.Span, 1, _stride), _outputGradient.Span, Panel.Columns, _inputGradient.Span, Panel.Columns,
        _inputs, Panel.Columns, _outputs);

    public void Gradient() => MatrixProduct<T>.Run(
        new LeftFactor(_outputGradient.Span, Panel.Columns, 1), _inputTransposed.Span, _stride, _weightGradient.Span, _stride,
        _outputs, _stride, Panel.Columns, ProductStart.Target);
}
