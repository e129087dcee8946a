using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// <c>MixtureLatent</c> on panels: <c>y = W_k x + b_k</c> with <c>b_k = -W_k m_k</c>, whose logarithms <c>ln w_k + ln |det W_k|</c> follow
/// from the arrays. Nothing is learned here and nothing stands in front, so that there is no way back.
/// </summary>
internal sealed class MixtureLatentStep<T> : IPanelEncoder where T : unmanaged, ILanes<T>
{
    private readonly TableSlot _logWeights, _means, _whitening, _offsets, _logSizes;
    private readonly int _states, _dimensions;

    public MixtureLatentStep(LayoutBuilder builder, string name, int states, int dimensions)
    {
        (_states, _dimensions) = (states, dimensions);
        _logWeights = builder.Learned.ReserveTable(1, states);
        _means = builder.Learned.ReserveTable(states, dimensions);
        _whitening = builder.Learned.ReserveTable(states, PackedTriangle.Length(dimensions));
        _offsets = builder.Derived.ReserveTable(states, dimensions);
        _logSizes = builder.Derived.ReserveTable(1, states);
        builder.Map.Add(name + ".logWeights", states, k => _logWeights.Place + k);
        builder.Map.Add(name + ".means", states, dimensions, (k, i) => _means.Place + k * _means.Stride + i);
        builder.Map.Add(name + ".whitening", states, _whitening.Columns, (k, i) => _whitening.Place + k * _whitening.Stride + i);
    }

    public EncoderTape CreateTape() => new(_dimensions, hidden: 0, _states, T.Count);

    /// <summary>ln w, K numbers.</summary>
    public ReadOnlySpan<float> LogWeights(FlowVectors values) => _logWeights.Row(values.Learned, 0);

    public void Derive(FlowVectors values)
    {
        var logSizes = _logSizes.Row(values.Derived, 0);
        for (int k = 0; k < _states; k++)
        {
            Span<float> w = _whitening.Row(values.Learned, k), mean = _means.Row(values.Learned, k), offset = _offsets.Row(values.Derived, k);
            double logDeterminant = 0;
            for (int i = 0; i < _dimensions; i++)
            {
                offset[i] = -TensorPrimitives.Dot<float>(w.Slice(PackedTriangle.Row(i), i + 1), mean[..(i + 1)]);
                logDeterminant += Math.Log(Math.Max(w[PackedTriangle.Diagonal(i)], ParameterLimits.MinimumWhitening));
            }
            logSizes[k] = (float)(LogWeights(values)[k] + logDeterminant);
        }
    }

    /// <summary>Fills the logits: <c>ln w_k + ln |det W_k| - |y_k|^2 / 2</c>.</summary>
    public void Forward(FlowVectors values, ReadOnlySpan<float> points, EncoderTape tape, int columns)
    {
        Span<float> y = tape.Input.Span[..columns], square = stackalloc float[Panel.Columns];
        for (int k = 0; k < _states; k++)
        {
            var w = _whitening.Row(values.Learned, k);
            var offset = _offsets.Row(values.Derived, k);
            var logits = tape.Logits.Span.Slice(k * Panel.Columns, columns);
            logits.Fill(_logSizes.Row(values.Derived, 0)[k]);
            for (int i = 0; i < _dimensions; i++)
            {
                y.Fill(offset[i]);
                for (int j = 0; j <= i; j++)
                    TensorPrimitives.MultiplyAdd(points.Slice(j * Panel.Columns, columns), w[PackedTriangle.Row(i) + j], y, y);
                TensorPrimitives.Multiply(y, y, square);
                TensorPrimitives.MultiplyAdd(square[..columns], -0.5f, logits, logits);
            }
        }
    }

    /// <summary>Makes points white, and adds ln (K w_k) + ln |det W_k| to a row.</summary>
    public void Forward(
        FlowVectors values, ReadOnlySpan<float> x, Span<float> y, Span<float> logDensity, ColumnStates states, PanelScratch scratch)
    {
        int columns = states.Columns, stride = _means.Stride;
        var rows = scratch.Rows;
        float logStates = (float)Math.Log(_states);
        Transposition<T>.Run(x, Panel.Columns, rows, stride, _dimensions, columns);
        for (int column = 0; column < columns; column++)
        {
            int k = StateOf(states, column);
            Span<float> row = rows.Slice(column * stride, _dimensions), w = _whitening.Row(values.Learned, k), offset = _offsets.Row(values.Derived, k);
            for (int i = _dimensions - 1; i >= 0; i--)      // what is behind a feature needs it no more
                row[i] = offset[i] + TensorPrimitives.Dot<float>(w.Slice(PackedTriangle.Row(i), i + 1), row[..(i + 1)]);
            logDensity[column] += logStates + _logSizes.Row(values.Derived, 0)[k];
        }
        Transposition<T>.Run(rows, stride, y, Panel.Columns, columns, _dimensions);
    }

    /// <summary>Replaces y by its x: substitution in W.</summary>
    public void Inverse(FlowVectors values, Span<float> points, ColumnStates states, PanelScratch scratch)
    {
        int columns = states.Columns, stride = _means.Stride;
        var rows = scratch.Rows;
        Transposition<T>.Run(points, Panel.Columns, rows, stride, _dimensions, columns);
        for (int column = 0; column < columns; column++)
        {
            int k = StateOf(states, column);
            Span<float> row = rows.Slice(column * stride, _dimensions), w = _whitening.Row(values.Learned, k);
            for (int i = 0; i < _dimensions; i++)
            {
                float rest = row[i] - TensorPrimitives.Dot<float>(w.Slice(PackedTriangle.Row(i), i), row[..i]);
                row[i] = rest / w[PackedTriangle.Diagonal(i)];
            }
            TensorPrimitives.Add(row, _means.Row(values.Learned, k), row);
        }
        Transposition<T>.Run(rows, stride, points, Panel.Columns, columns, _dimensions);
    }

    private static int StateOf(ColumnStates states, int column) => states.Common >= 0 ? states.Common : states.Each[column];
}
