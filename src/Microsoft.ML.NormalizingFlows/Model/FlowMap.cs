namespace Microsoft.ML.NormalizingFlows;

/// <summary>The monotone one-dimensional map that a flow layer applies to each feature.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Flow = { Map = FlowMap.Affine } };     // a RealNVP, with the pattern Coupling
/// </code>
/// </example>
public enum FlowMap
{
    /// <summary>Scale and shift: <c>y = a x + b</c>, <c>a &gt; 0</c>.</summary>
    Affine,

    /// <summary>Monotone rational-quadratic spline with identity tails (Durkan et al. 2019, Neural Spline Flows).</summary>
    RationalQuadraticSpline,

    /// <summary>
    /// Monotone polynomial, the integral of five squared polynomials of degree 4 on [-6, 6], outside which its slope goes back to 1 (Jaini et al. 2019,
    /// Sum-of-Squares Polynomial Flow).
    /// </summary>
    SumOfSquares,

    /// <summary>
    /// A shift, <c>y = x + b</c>: with the pattern Coupling NICE (Dinh et al. 2014). Only the linear maps between layers change volumes, so that it takes
    /// more layers than <see cref="Affine"/> for the same density.
    /// </summary>
    Additive,

    /// <summary>
    /// The distribution function of a mixture of eight logistic distributions and the logit behind it: with the pattern Autoregressive a Neural
    /// Autoregressive Flow, whose deep sigmoidal map it is (Huang et al. 2018), with Coupling the map of Flow++ (Ho et al. 2019). It has no bounds to
    /// choose and one smooth form everywhere, where a spline has knots; it takes longer than a spline, and so do drawn rows, for its inverse is a search.
    /// </summary>
    MixtureOfLogistics,

    /// <summary>
    /// The same of eight Gaussians, with the quantiles of a Gaussian behind: the conditional density of Transformation Autoregressive Networks (Oliva et
    /// al. 2018). The TorchSharp engine alone has it.
    /// </summary>
    MixtureOfGaussians,
}
