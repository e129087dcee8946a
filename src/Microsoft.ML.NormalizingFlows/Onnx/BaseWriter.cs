using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;

namespace Microsoft.ML.NormalizingFlows.Onnx;

/// <summary>Writes the base distribution of a flow.</summary>
internal abstract class BaseWriter(int dimensions)
{
    protected int Dimensions => dimensions;

    protected double Constant => -0.5 * Math.Log(2 * Math.PI) * dimensions;

    /// <exception cref="NotSupportedException">It is of a kind that is not written.</exception>
    public static BaseWriter Create(FlowSpec flow, LearnedValues values) => flow.Base switch
    {
        NormalBaseSpec => new NormalWriter(flow.Dimensions),
        MixtureBaseSpec mixture => new MixtureBaseWriter(mixture.Components, flow.Dimensions, values),
        _ => throw OnnxRefusal.Of($"a base distribution of the kind {flow.Base.GetType().Name}"),
    };

    /// <summary>log p(u), (B, S, 1), of points (B, S, D).</summary>
    public abstract OnnxValue LogDensity(OnnxValue u);

    /// <summary>P(U &lt;= u), (B, S, 1), where there is one feature.</summary>
    public abstract OnnxValue Cumulative(OnnxValue u);

    protected static OnnxValue NormalCumulative(OnnxValue standard) => (standard.Graph.Node("Erf", [standard * Math.Sqrt(0.5)]) + 1) * 0.5;
}

/// <summary>Writes N(0, I).</summary>
internal sealed class NormalWriter(int dimensions) : BaseWriter(dimensions)
{
    public override OnnxValue LogDensity(OnnxValue u) => (u * u).SumOf(Dimensions) * -0.5 + Constant;

    public override OnnxValue Cumulative(OnnxValue u) => NormalCumulative(u);
}

/// <summary>Writes a mixture of Gaussians.</summary>
internal sealed class MixtureBaseWriter(int components, int dimensions, LearnedValues values) : BaseWriter(dimensions)
{
    private readonly float[] _means = values["base.means"];
    private readonly float[] _sizes = [.. values["base.logScales"].Select(scale => Math.Clamp(scale, -(float)ParameterLimits.LogScale, (float)ParameterLimits.LogScale))];

    public override OnnxValue LogDensity(OnnxValue u)
    {
        var standard = Standardized(u);
        double[] logWeights = LogWeights();
        var logSizes = _sizes.Chunk(Dimensions).Select((sizes, m) => (float)(logWeights[m] - sizes.Sum(size => (double)size)));
        var each = (standard * standard).SumOf(Dimensions).Reshape(0, 0, components) * -0.5 + u.Graph.Constant(logSizes, components);
        return each.AtLeast(ParameterLimits.MinimumLogDensity).LogSumExp(components, 2) + Constant;
    }

    public override OnnxValue Cumulative(OnnxValue u) =>
        (NormalCumulative(Standardized(u)).Reshape(0, 0, components) * u.Graph.Constant(LogWeights().Select(value => (float)Math.Exp(value)), components)).SumOf(components);

    // (B, S, M, D)
    private OnnxValue Standardized(OnnxValue u) => (u.Reshape(0, 0, 1, Dimensions) - u.Graph.Constant(_means, components, Dimensions))
        * u.Graph.Constant(_sizes.Select(size => MathF.Exp(-size)), components, Dimensions);

    private double[] LogWeights()
    {
        float[] logits = values["base.logits"];
        double greatest = logits.Max(), sum = Math.Log(logits.Sum(logit => Math.Exp(logit - greatest))) + greatest;
        return [.. logits.Select(logit => logit - sum)];
    }
}
