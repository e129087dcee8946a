using System.Text.Json.Serialization;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The monotone map of the real line that a layer applies to each feature, with parameters that a network gives.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AffineMapSpec), "affine")]
[JsonDerivedType(typeof(RationalQuadraticSplineMapSpec), "rationalQuadraticSpline")]
[JsonDerivedType(typeof(SumOfSquaresMapSpec), "sumOfSquares")]
[JsonDerivedType(typeof(AdditiveMapSpec), "additive")]
[JsonDerivedType(typeof(MixtureMapSpec), "mixture")]
internal abstract record MapSpec
{
    /// <summary>P, the number of raw parameters of each feature.</summary>
    public abstract int ParametersPerFeature { get; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public virtual void Validate()
    {
    }
}

/// <summary>Scale and shift: <c>y = a x + b</c>, <c>a &gt; 0</c>.</summary>
/// <param name="Scale">How a raw parameter becomes a.</param>
internal sealed record AffineMapSpec(AffineScale Scale = AffineScale.SoftLimited) : MapSpec
{
    public override int ParametersPerFeature => 2;

    public override void Validate() => Ranges.Defined(nameof(Scale), Scale);
}

/// <summary>How a raw parameter s becomes the scale of an affine map.</summary>
internal enum AffineScale
{
    /// <summary><c>ln a = s / (1 + |s| / limit)</c>.</summary>
    SoftLimited,

    /// <summary><c>a = sigmoid(s + 2) + 1e-3</c>, as published for couplings.</summary>
    Sigmoid,

    /// <summary><c>a = softplus(s) + 1e-3</c>, as published for autoregressive layers.</summary>
    Softplus,
}

/// <summary>Monotone rational-quadratic spline with identity tails (Durkan et al. 2019, Neural Spline Flows).</summary>
/// <param name="Bins">K.</param>
/// <param name="TailBound">B: the spline acts on [-B, B].</param>
/// <param name="LogitScale">A factor on the width and height logits.</param>
/// <param name="IsSoftLimited">Whether logits and slopes pass <c>u / (1 + c |u|)</c> first, which keeps float32 inverses accurate; as published they do not.</param>
internal sealed record RationalQuadraticSplineMapSpec(int Bins, double TailBound, double LogitScale, bool IsSoftLimited = true) : MapSpec
{
    public override int ParametersPerFeature => 3 * Bins - 1;

    public override void Validate()
    {
        Ranges.Integer(nameof(Bins), Bins, FlowLimits.MinimumBins, FlowLimits.Bins);
        Ranges.Above(nameof(TailBound), TailBound, 0, FlowLimits.TailBound);
        Ranges.Above(nameof(LogitScale), LogitScale, 0, 1);
    }
}

/// <summary>The integral of a sum of squared polynomials (Jaini et al. 2019, Sum-of-Squares Polynomial Flow), which goes on outside a bound.</summary>
/// <param name="Polynomials">How many are squared.</param>
/// <param name="Degree">R, of each.</param>
/// <param name="Bound">B: the polynomials act on [-B, B].</param>
/// <param name="LevelsOff">
/// Outside, the slope goes from that at the end, s, to 1, so that the map of a far value is at most 1 from a shift: several steep layers do not drive it
/// off. <c>T(t) = t + (s - 1) t / q</c>, <c>q = 1 + |s - 1| t</c>, at a distance t from the end, with the slope <c>1 + (s - 1) / q^2</c>. Without it, as in
/// files of earlier versions, the map goes on as a line with the slope s.
/// </param>
internal sealed record SumOfSquaresMapSpec(int Polynomials, int Degree, double Bound, bool LevelsOff = false) : MapSpec
{
    /// <summary>What is added to the sum, so that no slope is 0.</summary>
    public const double MinimumSlope = 1e-3;

    /// <summary>Of a coefficient: with it a slope is at most some thousands, as that of a spline.</summary>
    public const double MaximumCoefficient = 5;

    public override int ParametersPerFeature => Polynomials * (Degree + 1) + 1;

    public override void Validate()
    {
        Ranges.Integer(nameof(Polynomials), Polynomials, 1, 16);
        Ranges.Integer(nameof(Degree), Degree, 1, 8);
        Ranges.Above(nameof(Bound), Bound, 0, FlowLimits.TailBound);
    }
}

/// <summary>A shift alone: <c>y = x + b</c> (Dinh et al. 2014, NICE).</summary>
internal sealed record AdditiveMapSpec : MapSpec
{
    public override int ParametersPerFeature => 1;
}

/// <summary>
/// The distribution function of a mixture and behind it the quantile function of one component: of logistic distributions the deep sigmoidal map
/// (Huang et al. 2018, Neural Autoregressive Flows) and that of Flow++ (Ho et al. 2019) in one, of Gaussians the conditional of Oliva et al. 2018,
/// Transformation Autoregressive Networks.
/// </summary>
/// <param name="Kernel">What the mixture is made of.</param>
/// <param name="Components">M of the mixture.</param>
internal sealed record MixtureMapSpec(MixtureComponent Kernel, int Components) : MapSpec
{
    /// <summary>The map goes on as a line beyond +-Bound.</summary>
    public const double Bound = 100;

    /// <summary>The slope of a line that is added, so that no slope is 0.</summary>
    public const double MinimumSlope = 1e-3;

    /// <summary>How far a component may move from where it starts.</summary>
    public const double MaximumPlace = 20;

    public override int ParametersPerFeature => 3 * Components;

    /// <summary>Where the components start: evenly spread, with half the variance of one component of width 1.</summary>
    public double[] StartPlaces()
    {
        double variance = Kernel switch
        {
            MixtureComponent.Logistic => Math.PI * Math.PI / 3,
            MixtureComponent.Gaussian => 1,
            _ => throw new NotSupportedException($"{Kernel} is no component of a mixture."),
        };
        double spread = Math.Sqrt(1.5 * variance * (Components - 1) / (Components + 1));
        return [.. Enumerable.Range(0, Components).Select(j => Components == 1 ? 0 : spread * (2.0 * j / (Components - 1) - 1))];
    }

    /// <summary>The logarithm of the width that the components start with. They have the other half of the variance: the map starts near the identity.</summary>
    public double StartLogSize => Components == 1 ? 0 : -0.5 * Math.Log(2);

    public override void Validate()
    {
        Ranges.Defined(nameof(Kernel), Kernel);
        Ranges.Integer(nameof(Components), Components, 1, 64);
    }
}

/// <summary>What a mixture is made of.</summary>
internal enum MixtureComponent
{
    Logistic,
    Gaussian,
}
