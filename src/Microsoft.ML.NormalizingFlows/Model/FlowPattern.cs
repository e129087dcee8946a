namespace Microsoft.ML.NormalizingFlows;

/// <summary>How the features of a flow layer depend on one another.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Flow = { Pattern = FlowPattern.Autoregressive, Map = FlowMap.Affine } };     // a MAF
/// </code>
/// </example>
public enum FlowPattern
{
    /// <summary>
    /// One half of the features is transformed, the other half says how (Dinh et al. 2017, RealNVP).
    /// Density and sampling both take one pass.
    /// </summary>
    Coupling,

    /// <summary>
    /// Each feature is transformed as the features before it say (Papamakarios et al. 2017, MAF).
    /// Density takes one pass, sampling one pass for each feature.
    /// </summary>
    Autoregressive,

    /// <summary>
    /// As <see cref="Autoregressive"/>, by a gated recurrent unit that reads the features one after another (Oliva et al. 2018, Transformation
    /// Autoregressive Networks). Density and sampling both take a small step for each feature. The TorchSharp engine alone has it.
    /// </summary>
    Recurrent,
}
