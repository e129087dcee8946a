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
    /// Monotone polynomial, the integral of five squared polynomials of degree 4, with linear tails (Jaini et al. 2019, Sum-of-Squares Polynomial
    /// Flow). The TorchSharp engine alone has it.
    /// </summary>
    SumOfSquares,

    /// <summary>A shift, <c>y = x + b</c>, in the pattern Coupling NICE (Dinh et al. 2014): the volume is changed by the linear maps between layers alone.</summary>
    Additive,

    /// <summary>
    /// The logit of the distribution function of a mixture of eight logistic distributions: the deep sigmoidal map of Neural Autoregressive Flows (Huang
    /// et al. 2018), and of Flow++ (Ho et al. 2019). The TorchSharp engine alone has it.
    /// </summary>
    MixtureOfLogistics,
}
