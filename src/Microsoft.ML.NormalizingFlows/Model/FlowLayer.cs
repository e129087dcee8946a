namespace Microsoft.ML.NormalizingFlows;

/// <summary>What a flow is built of. In front of each layer stands a linear map in LU form, which mixes all features.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Flow = { Layer = FlowLayer.Residual, Layers = 10 } };
/// </code>
/// </example>
public enum FlowLayer
{
    /// <summary>A map of each feature, <see cref="FlowMap"/>, whose parameters depend on other features as a <see cref="FlowPattern"/> says.</summary>
    ElementwiseMap,

    /// <summary>
    /// A Transformation Autoregressive Network (Oliva et al. 2018): leaky layers and recurrent shifts, at the end a recurrent layer with mixtures of
    /// Gaussians. Options of maps and patterns have no effect on it. The TorchSharp engine alone has it.
    /// </summary>
    TransformationAutoregressive,

    /// <summary>
    /// <c>y = x + g(x)</c> with a network g whose slopes are below 1 (Behrmann et al. 2019, Invertible Residual Networks; Chen et al. 2019, Residual
    /// Flows). Its log-determinant is exact, of as many rows and columns as there are features or hidden units, whichever are fewer; no series is
    /// estimated. One layer bends little, so that some ten are of use. Options of maps and patterns and dropout have no effect on it. The TorchSharp engine alone has it.
    /// </summary>
    Residual,

    /// <summary>
    /// The flow of an ordinary differential equation (Grathwohl et al. 2019, FFJORD), solved by the method of Dormand and Prince with steps of each row's
    /// own, to an error of 1e-5 a step; the divergence is exact, and takes some ten times as long with <c>Blocks</c> above 1. One or two layers are the
    /// habit, and the slowest flow there is: each takes dozens of passes through its network. Options of maps and patterns and dropout have no effect on it. The TorchSharp engine
    /// alone has it.
    /// </summary>
    Continuous,
}
