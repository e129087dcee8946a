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
}
