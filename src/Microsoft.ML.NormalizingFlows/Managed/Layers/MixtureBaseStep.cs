using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Layers;

/// <summary>
/// <c>MixtureBase</c> on panels: <c>log p(u) = logsumexp_m (ln w_m - sum_i s_mi - D/2 ln(2 pi) - sum_i t_mi^2 / 2)</c> with
/// <c>t_mi = (u_i - mu_mi) e^-s_mi</c> and <c>w = softmax(a)</c>. With the shares <c>r_m = p(m|u)</c> its gradients are
/// <c>g_u = -sum_m r_m t_m e^-s_m</c>, <c>g_mu_m = r_m t_m e^-s_m</c>, <c>g_s_m = r_m (t_m^2 - 1)</c>, 0 where s was held within its
/// limit, and <c>g_a_m = r_m - w_m</c>.
/// </summary>
internal sealed class MixtureBaseStep<T> where T : unmanaged, ILanes<T>
{
    private const float Limit = (float)ParameterLimits.LogScale, MinimumLogDensity = (float)ParameterLimits.MinimumLogDensity;

    private readonly TableSlot _logits, _means, _logScales, _weights, _constants, _inverses;
    private readonly int _components, _dimensions;

    public MixtureBaseStep(LayoutBuilder builder, string name, int components, int dimensions)
    {
        (_components, _dimensions) = (components, dimensions);
        _logits = builder.Learned.ReserveTable(1, components);
        _means = builder.Learned.ReserveTable(components, dimensions);
        _logScales = builder.Learned.ReserveTable(components, dimensions);
        _weights = builder.Derived.ReserveTable(1, components);
        _constants = builder.Derived.ReserveTable(1, components);
        _inverses = builder.Derived.ReserveTable(components, dimensions);
        builder.Map.Add(name + ".logits", components, m => _logits.Place + m);
        builder.Map.Add(name + ".means", components, dimensions, (m, i) => _means.Place + m * _means.Stride + i);
        builder.Map.Add(name + ".logScales", components, dimensions, (m, i) => _logScales.Place + m * _logScales.Stride + i);
    }

    public void Derive(FlowVectors values)
    {
        Span<float> logits = _logits.Row(values.Learned, 0), weights = _weights.Row(values.Derived, 0), constants = _constants.Row(values.Derived, 0);
        TensorPrimitives.SoftMax(logits, weights);
        double greatest = TensorPrimitives.Max(logits), sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - greatest);
        double common = greatest + Math.Log(sum) + 0.5 * Math.Log(2 * Math.PI) * _dimensions;
        for (int m = 0; m < _components; m++)
        {
            Span<float> raw = _logScales.Row(values.Learned, m), inverse = _inverses.Row(values.Derived, m);
            double logVolume = 0;
            for (int i = 0; i < _dimensions; i++)
            {
                float limited = Math.Clamp(raw[i], -Limit, Limit);
                logVolume += limited;
                inverse[i] = MathF.Exp(-limited);
            }
            constants[m] = (float)(logits[m] - common - logVolume);
        }
    }

    /// <summary>From the sums of shares to the gradient by the logits; and 0 for log-scales beyond their limit.</summary>
    public void Return(FlowVectors values, FlowVectors gradient)
    {
        Span<float> shares = _constants.Row(gradient.Derived, 0), weights = _weights.Row(values.Derived, 0), g = _logits.Row(gradient.Learned, 0);
        float total = TensorPrimitives.Sum(shares);
        for (int m = 0; m < _components; m++)
        {
            g[m] = shares[m] - weights[m] * total;
            Span<float> gScale = _logScales.Row(gradient.Learned, m), raw = _logScales.Row(values.Learned, m);
            for (int i = 0; i < _dimensions; i++)
                gScale[i] = Math.Abs(raw[i]) <= Limit ? gScale[i] : 0;
        }
    }

    /// <summary>Adds <c>constant + log p(u)</c> of each column to a row.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="u">(D, columns)</param>
    /// <param name="shares">Gets p(m|u), (M, columns).</param>
    /// <param name="constant">Added to each.</param>
    /// <param name="row">What is added to.</param>
    /// <param name="columns">Columns in use.</param>
    /// <param name="scratch">Room for the call.</param>
    public void Forward(
        FlowVectors values, ReadOnlySpan<float> u, Span<float> shares, float constant, Span<float> row, int columns, PanelScratch scratch)
    {
        var derived = values.Derived;
        MixtureKernel<T>.LogDensities(
            u, _means.Of(values.Learned), _inverses.Of(derived), _means.Stride, _constants.Row(derived, 0), shares, _dimensions, columns);
        Elementwise<T>.AtLeast(shares, MinimumLogDensity, _components, columns);
        var logSum = scratch.Points;
        ColumnSoftmax<T>.Run(shares, shares, logSum, _components, columns);
        Elementwise<T>.AddToRows(new ReadOnlySpan<float>(in constant), row, 1, columns);
        Elementwise<T>.Add(logSum, row, 1, columns);
    }

    /// <summary>Adds the gradient of <c>sum_c weight_c log p(u_c)</c> by the arrays.</summary>
    /// <param name="values">The flow.</param>
    /// <param name="gradient">What is added to.</param>
    /// <param name="u">As given to <see cref="Forward"/>.</param>
    /// <param name="shares">As filled by it; spent.</param>
    /// <param name="weights">A row.</param>
    /// <param name="g">Gets the gradient by u, (D, columns).</param>
    /// <param name="columns">Columns in use.</param>
    public void Backward(
        FlowVectors values, FlowVectors gradient, ReadOnlySpan<float> u, Span<float> shares, ReadOnlySpan<float> weights, Span<float> g, int columns)
    {
        Elementwise<T>.ClearSmall(shares, Negligible.Share, _components, columns);
        Elementwise<T>.ScaleColumns(shares, weights, 1, shares, _components, columns);
        Elementwise<T>.AddRowSums(shares, _constants.Row(gradient.Derived, 0), _components, columns);
        MixtureKernel<T>.Gradient(
            u, _means.Of(values.Learned), _inverses.Of(values.Derived), _means.Stride, shares, g, _means.Of(gradient.Learned),
            _logScales.Of(gradient.Learned), _components, _dimensions, columns);
    }

    /// <summary>The distribution where there is one feature.</summary>
    public BaseOfOneFeature OfOneFeature(FlowVectors values) => BaseOfOneFeature.Mixture(
        _logits.Row(values.Learned, 0), _means.Of(values.Learned), _logScales.Of(values.Learned), _means.Stride);

    /// <summary>Draws points, (B, D) row-major.</summary>
    public void Draw(FlowVectors values, RowStreams random, Span<float> points) => MixtureSampler.Draw(
        random, _logits.Row(values.Learned, 0), _means.Of(values.Learned), _logScales.Of(values.Learned), _means.Stride, points, _dimensions);
}
