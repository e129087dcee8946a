using System.Text.Json.Serialization;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The distribution that a flow carries its rows to, shared by all latent states.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NormalBaseSpec), "normal")]
[JsonDerivedType(typeof(MixtureBaseSpec), "mixture")]
internal abstract record BaseSpec
{
    public virtual void AddParameters(ParameterList list)
    {
    }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public virtual void Validate()
    {
    }
}

/// <summary>N(0, I).</summary>
internal sealed record NormalBaseSpec : BaseSpec;

/// <summary>
/// A mixture of M Gaussians with diagonal covariances, learned with the flow. They start with equal weights, means drawn from N(0, a^2 I) and
/// variances 1 - a^2, so that together they are near N(0, I). With <c>a = min(1/2, 1 / sqrt(D))</c> a mean is about one standard deviation from the
/// origin whatever D is: near enough to cost next to nothing, and apart enough that components become different ones.
/// </summary>
/// <param name="Components">M, 2 or more.</param>
internal sealed record MixtureBaseSpec(int Components) : BaseSpec
{
    private const double MaximumSpread = 0.5;

    public override void AddParameters(ParameterList list)
    {
        int d = list.Flow.Dimensions;
        double spread = Math.Min(MaximumSpread, 1 / Math.Sqrt(d));
        list.Add("logits", ParameterStart.Zeros, Components);
        list.Add("means", ParameterStart.Normal((float)spread), Components, d);
        list.Add("logScales", ParameterStart.Constant((float)(0.5 * Math.Log(1 - Math.Pow(spread, 2)))), Components, d);
    }

    public override void Validate() => Ranges.Integer("The number of components of the base", Components, 2, FlowLimits.BaseComponents);
}
