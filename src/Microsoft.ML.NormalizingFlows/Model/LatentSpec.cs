using System.Text.Json.Serialization;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The latent z that names the mode of a row: its prior p(z), its posterior q(z|x), and the width of its context.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NoLatentSpec), "none")]
[JsonDerivedType(typeof(DiscreteLatentSpec), "discrete")]
[JsonDerivedType(typeof(MixtureLatentSpec), "mixture")]
[JsonDerivedType(typeof(ContinuousLatentSpec), "continuous")]
internal abstract record LatentSpec
{
    /// <summary>K.</summary>
    public abstract int States { get; }

    /// <summary>d, the real values that layers are told of it; 0 where it has states or there is none.</summary>
    public virtual int Dimensions => 0;

    /// <summary>What the names of its parameters begin with.</summary>
    public virtual string Name => "";

    public virtual void AddParameters(ParameterList list)
    {
    }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public virtual void Validate()
    {
    }
}

/// <summary>No latent: a plain flow.</summary>
internal sealed record NoLatentSpec : LatentSpec
{
    public override int States => 1;
}

/// <summary>K states with the even prior 1/K and a network for q(z|x), D - H - H - K (arXiv 2211.11638). The density is exact.</summary>
/// <param name="StateCount">K, 2 or more.</param>
/// <param name="EncoderHiddenUnits">H of the network.</param>
internal sealed record DiscreteLatentSpec(int StateCount, int EncoderHiddenUnits) : LatentSpec
{
    public override int States => StateCount;

    public override string Name => "encoder";

    public override void AddParameters(ParameterList list)
    {
        list.AddDense("first", list.Flow.RowWidth, EncoderHiddenUnits);
        list.AddDense("second", EncoderHiddenUnits, EncoderHiddenUnits);
        list.AddDense("final", EncoderHiddenUnits, States);
    }

    public override void Validate()
    {
        Ranges.Integer("The number of latent states", StateCount, 2, FlowLimits.States);
        Ranges.Integer(nameof(EncoderHiddenUnits), EncoderHiddenUnits, 1, FlowLimits.HiddenUnits);
    }
}

/// <summary>
/// K states that are the components of a Gaussian mixture of the rows, fitted before training: prior and q(z|x) are those of the mixture, and each
/// state has a map in front of the flow that makes its component white. The density is exact.
/// </summary>
/// <param name="StateCount">K, 2 or more.</param>
internal sealed record MixtureLatentSpec(int StateCount) : LatentSpec
{
    public override int States => StateCount;

    public override string Name => "gaussians";

    public override void AddParameters(ParameterList list)
    {
        int d = list.Flow.Dimensions;
        list.Add("logWeights", ParameterStart.Constant((float)-Math.Log(States)), States);
        list.Add("means", ParameterStart.Zeros, States, d);
        list.Add("whitening", (_, values) => PackedTriangle.Identities(States, d).CopyTo(values), States, (long)d * (d + 1) / 2);
    }

    public override void Validate() => Ranges.Integer("The number of latent states", StateCount, 2, FlowLimits.States);
}

/// <summary>
/// A latent z of d real values: the prior N(0, I), and q(z|x) = N(m, diag s^2) by a network, D - H - H - 2 d, with <c>m = P x + ..</c>, where P starts as
/// the whitened principal axes of the rows, or the whole from places along a surface (<c>SurfaceStart</c>), and <c>ln s = 3 tanh(r / 3) - 1</c> (Kingma and Welling 2014). The density is no sum of few terms: a bound
/// stands for it.
/// </summary>
/// <param name="LatentDimensions">d, 1 or more.</param>
/// <param name="EncoderHiddenUnits">H of the network.</param>
internal sealed record ContinuousLatentSpec(int LatentDimensions, int EncoderHiddenUnits) : LatentSpec
{
    /// <summary>ln s is within so much of <see cref="LogDeviationCenter"/>.</summary>
    public const float LogDeviationRange = 3;

    public const float LogDeviationCenter = -1;

    public override int States => 1;

    public override int Dimensions => LatentDimensions;

    public override string Name => "encoder";

    public override void AddParameters(ParameterList list)
    {
        list.Add("axes.weight", ParameterStart.Zeros, LatentDimensions, list.Flow.RowWidth);
        list.AddDense("first", list.Flow.RowWidth, EncoderHiddenUnits);
        list.AddDense("second", EncoderHiddenUnits, EncoderHiddenUnits);
        list.AddDense("final", EncoderHiddenUnits, 2 * LatentDimensions, ParameterLimits.NearZero);
    }

    public override void Validate()
    {
        Ranges.Integer("The number of latent dimensions", LatentDimensions, 1, FlowLimits.LatentDimensions);
        Ranges.Integer(nameof(EncoderHiddenUnits), EncoderHiddenUnits, 1, FlowLimits.HiddenUnits);
    }
}
