using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// <c>StateStandardization</c> on panels: <c>y_i = (x_i - m_ki) e^-s_ki</c>, <c>ln |det| = -sum_i s_ki</c>. The
/// gradients: <c>g_m = -gY e^-s</c>, <c>g_s = -(gY y + g_ln|det|)</c>, 0 where s was held within its limit.
/// </summary>
internal sealed class StateStandardizationStep<T> where T : unmanaged, ILanes<T>
{
    private const float Limit = (float)ParameterLimits.LogScale;

    private readonly TableSlot _shift, _logScale, _limited, _inverse, _logDeterminant;

    public StateStandardizationStep(LayoutBuilder builder, string name, int states, int dimensions)
    {
        _shift = builder.Learned.ReserveTable(states, dimensions);
        _logScale = builder.Learned.ReserveTable(states, dimensions);
        _limited = builder.Derived.ReserveTable(states, dimensions);
        _inverse = builder.Derived.ReserveTable(states, dimensions);
        _logDeterminant = builder.Derived.ReserveTable(states, 1);
        builder.Map.Add(name + ".shift", states, dimensions, (k, i) => _shift.Place + k * _shift.Stride + i);
        builder.Map.Add(name + ".logScale", states, dimensions, (k, i) => _logScale.Place + k * _logScale.Stride + i);
    }

    public void Derive(FlowVectors values)
    {
        for (int state = 0; state < _shift.Rows; state++)
        {
            Span<float> limited = _limited.Row(values.Derived, state), inverse = _inverse.Row(values.Derived, state);
            TensorPrimitives.Max(_logScale.Row(values.Learned, state), -Limit, limited);
            TensorPrimitives.Min(limited, Limit, limited);
            TensorPrimitives.Negate(limited, inverse);
            TensorPrimitives.Exp(inverse, inverse);
            _logDeterminant.Row(values.Derived, state)[0] = -TensorPrimitives.Sum(limited);
        }
    }

    public void Return(FlowVectors values, FlowVectors gradient)
    {
        var g = _shift.Of(gradient.Learned);
        TensorPrimitives.Negate(g, g);
        for (int state = 0; state < _shift.Rows; state++)
        {
            Span<float> gScale = _logScale.Row(gradient.Learned, state), raw = _logScale.Row(values.Learned, state);
            for (int i = 0; i < gScale.Length; i++)
                gScale[i] = Math.Abs(raw[i]) <= Limit ? -gScale[i] : 0;
        }
    }

    public void Forward(
        FlowVectors values, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, ColumnStates states, PanelScratch scratch)
    {
        var table = scratch.Points;
        StateTable<T>.Fill(values.Learned, _shift, states, table, scratch.Rows);
        Elementwise<T>.Subtract(x, table, y, _shift.Columns, states.Columns);
        StateTable<T>.Fill(values.Derived, _inverse, states, table, scratch.Rows);
        Elementwise<T>.Multiply(y, table, y, _shift.Columns, states.Columns);
        StateTable<T>.Fill(values.Derived, _logDeterminant, states, table, scratch.Rows);
        Elementwise<T>.Add(table, logDeterminant, 1, states.Columns);
    }

    /// <summary>Adds to the gradient by both tables, and to that by a relaxed one-hot state; g, that by y, is spent.</summary>
    public void Backward(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> y, Span<float> g, ReadOnlySpan<float> gLogDeterminant, ColumnStates states,
        Span<float> gContext, PanelScratch scratch)
    {
        int dimensions = _shift.Columns, columns = states.Columns;
        var delta = scratch.Points;
        StateTable<T>.Fill(values.Derived, _inverse, states, delta, scratch.Rows);
        Elementwise<T>.Multiply(g, delta, delta, dimensions, columns);
        StateTable<T>.Accumulate(gradient.Learned, _shift, states, delta, scratch.Rows);
        if (!gContext.IsEmpty)
            SubtractContextGradient(_shift, values.Learned, delta, gContext, columns);
        Elementwise<T>.Multiply(g, y, delta, dimensions, columns);
        for (int row = 0; row < dimensions; row++)
            Elementwise<T>.Add(gLogDeterminant, delta[(row * Panel.Columns)..], 1, columns);
        StateTable<T>.Accumulate(gradient.Learned, _logScale, states, delta, scratch.Rows);
        if (!gContext.IsEmpty)
            SubtractContextGradient(_limited, values.Derived, delta, gContext, columns);
    }

    /// <summary>Replaces y by its x.</summary>
    public void Inverse(FlowVectors values, Span<float> points, ColumnStates states, PanelScratch scratch)
    {
        var table = scratch.Points;
        StateTable<T>.Fill(values.Derived, _inverse, states, table, scratch.Rows);
        Elementwise<T>.Divide(points, table, points, _shift.Columns, states.Columns);
        StateTable<T>.Fill(values.Learned, _shift, states, table, scratch.Rows);
        Elementwise<T>.Add(table, points, _shift.Columns, states.Columns);
    }

    private static void SubtractContextGradient(TableSlot table, Span<float> vector, Span<float> delta, Span<float> gContext, int columns)
    {
        TensorPrimitives.Negate(delta, delta);
        MatrixProduct<T>.Run(
            new LeftFactor(table.Of(vector), table.Stride, 1), delta, Panel.Columns, gContext, Panel.Columns, table.Rows, columns, table.Columns,
            ProductStart.Target);
        TensorPrimitives.Negate(delta, delta);
    }
}
