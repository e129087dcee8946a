using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The base distribution of a flow over one feature, as a distribution function and its inverse. Every layer of such a flow grows with the feature,
/// so that both are those of the feature: <c>P(X &lt;= x) = P(U &lt;= f(x))</c>.
/// </summary>
internal sealed class BaseOfOneFeature
{
    private readonly double[] _weights, _means, _scales;

    private BaseOfOneFeature(double[] weights, double[] means, double[] scales) => (_weights, _means, _scales) = (weights, means, scales);

    /// <summary>N(0, 1).</summary>
    public static BaseOfOneFeature Normal { get; } = new([1], [0], [1]);

    /// <summary>A mixture of Gaussians, see <see cref="MixtureBaseSpec"/>.</summary>
    /// <param name="logits">(M)</param>
    /// <param name="means">M numbers, <paramref name="stride"/> apart; so are those that follow.</param>
    /// <param name="logScales">Held within their limit here.</param>
    /// <param name="stride">From one number to the next.</param>
    public static BaseOfOneFeature Mixture(ReadOnlySpan<float> logits, ReadOnlySpan<float> means, ReadOnlySpan<float> logScales, int stride)
    {
        var weights = new float[logits.Length];
        TensorPrimitives.SoftMax(logits, weights);
        double[] places = new double[logits.Length], scales = new double[logits.Length];
        for (int m = 0; m < places.Length; m++)
            (places[m], scales[m]) = (means[m * stride], Math.Exp(Math.Clamp(logScales[m * stride], -ParameterLimits.LogScale, ParameterLimits.LogScale)));
        double sum = weights.Sum(weight => (double)weight);
        return new([.. weights.Select(weight => weight / sum)], places, scales);
    }

    /// <summary>P(U &lt;= u).</summary>
    public double Cumulative(double u)
    {
        double sum = 0;
        for (int m = 0; m < _weights.Length; m++)
            sum += _weights[m] * NormalDistribution.Cumulative((u - _means[m]) / _scales[m]);
        return sum;
    }

    /// <summary>The u with P(U &lt;= u) = <paramref name="level"/>, which is in (0, 1).</summary>
    public double Quantile(double level)
    {
        double standard = NormalDistribution.Quantile(level), low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int m = 0; m < _weights.Length; m++)
        {
            double own = _means[m] + _scales[m] * standard;
            (low, high) = (Math.Min(low, own), Math.Max(high, own));
        }
        // That of a mixture lies between those of its components.
        return NormalDistribution.Solve(Cumulative, level, low, high);
    }
}
