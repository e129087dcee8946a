using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary><c>Standardization</c>, between rows in the user's units and panels.</summary>
internal sealed class RowStandardization<T> where T : unmanaged, ILanes<T>
{
    private const float Bound = (float)ParameterLimits.Standardized;

    private readonly float[] _shift;
    private readonly float[] _scale;

    /// <param name="shift">D + C numbers.</param>
    /// <param name="scale">D + C numbers.</param>
    /// <param name="dimensions">D: what a density is given is no part of its determinant.</param>
    /// <exception cref="InvalidDataException">A value is impossible.</exception>
    public RowStandardization(float[] shift, float[] scale, int dimensions)
    {
        if (!shift.All(float.IsFinite) || !scale.All(value => value > 0 && float.IsNormal(value)))
            throw new InvalidDataException("The model is damaged: a shift or scale is not a usable number.");
        _shift = shift;
        _scale = scale;
        LogDeterminant = -scale.Take(dimensions).Sum(value => Math.Log(value));
    }

    /// <summary>ln |det|, -sum_i ln scale_i over the features.</summary>
    public double LogDeterminant { get; }

    /// <summary>The two arrays, as a model names them.</summary>
    public IEnumerable<NamedArray> Extract() =>
    [
        new(ParameterNames.Shift, [_shift.Length], [.. _shift]),
        new(ParameterNames.Scale, [_scale.Length], [.. _scale]),
    ];

    /// <summary>Rows, (count, D + C), become a panel of standardised values; columns behind them become 0.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="panel">(D + C, columns)</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="first">Values before this one are points already.</param>
    public void Load(ReadOnlySpan<float> rows, int count, Span<float> panel, int columns, int first = 0)
    {
        int width = _shift.Length;
        Transposition<T>.Run(rows, width, panel, Panel.Columns, count, width);
        for (int i = first; i < width; i++)
        {
            var row = panel.Slice(i * Panel.Columns, columns);
            var points = row[..count];
            TensorPrimitives.Subtract(points, _shift[i], points);
            TensorPrimitives.Divide(points, _scale[i], points);
            TensorPrimitives.Max(points, -Bound, points);
            TensorPrimitives.Min(points, Bound, points);
            row[count..].Clear();
        }
        Elementwise<T>.ClearSmall(panel[(first * Panel.Columns)..], Negligible.Value, width - first, columns);
    }

    /// <summary>A panel of standardised values becomes rows, (count, D + C); the panel is spent.</summary>
    public void Store(Span<float> panel, int count, Span<float> rows)
    {
        int width = _shift.Length;
        for (int i = 0; i < width; i++)
        {
            var points = panel.Slice(i * Panel.Columns, count);
            TensorPrimitives.Multiply(points, _scale[i], points);
            TensorPrimitives.Add(points, _shift[i], points);
        }
        Transposition<T>.Run(panel, Panel.Columns, rows, width, width, count);
    }
}
