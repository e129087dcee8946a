using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>
/// Writes the distribution function of a mixture of logistic distributions and behind it the quantile function of one; formulas are those of the engines. Its
/// inverse, which is found step by step, is not written.
/// </summary>
internal sealed class LogisticMixtureWriter(MixtureMapSpec spec, int features) : MapWriter(features)
{
    public override Mapped Forward(OnnxValue x, OnnxValue raw)
    {
        int count = spec.Components;
        var parameters = raw.Reshape(0, 0, Features, spec.ParametersPerFeature);
        var logits = SoftLimit(parameters.Slice(0, count, 3), ParameterLimits.SoftLogarithm);
        var logWeights = logits - logits.LogSumExp(count, 3);
        var places = SoftLimit(parameters.Slice(count, count, 3), MixtureMapSpec.MaximumPlace) + x.Graph.Constant(spec.StartPlaces().Select(place => (float)place), count);
        var inverseSizes = (-(SoftLimit(parameters.Slice(2 * count, count, 3), ParameterLimits.SoftLogarithm) + spec.StartLogSize)).Exp();
        var each = x.Reshape(0, 0, Features, 1);
        var t = each.Within(-MixtureMapSpec.Bound, MixtureMapSpec.Bound);
        var standard = (t - places) * inverseSizes;
        // ln F and ln (1 - F), and their slopes: means of those of the components, for each as much as it has of the mass on that side.
        OnnxValue below = logWeights - (-standard).Softplus(), above = logWeights - standard.Softplus();
        var slopeBelow = (below.Softmax(3) * (-standard).Sigmoid() * inverseSizes).SumOf(count);
        var slopeAbove = (above.Softmax(3) * standard.Sigmoid() * inverseSizes).SumOf(count);
        var slope = slopeBelow + slopeAbove + MixtureMapSpec.MinimumSlope;
        // Beyond an end, the line.
        var value = below.LogSumExp(count, 3) - above.LogSumExp(count, 3) + t * MixtureMapSpec.MinimumSlope + (each - t) * slope;
        return new(value.Reshape(0, 0, Features), slope.Log().Reshape(0, 0, Features).SumOf(Features));
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public override OnnxValue Inverse(OnnxValue y, OnnxValue raw) => throw OnnxRefusal.Of("drawing rows from a flow of mixtures");
}
