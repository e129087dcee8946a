namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>How the raw outputs of a conditioner become the parameters of an elementwise map.</summary>
internal enum FlowParameterization
{
    /// <summary>Raw parameters pass <c>u / (1 + c |u|)</c> first, which keeps float32 inverses accurate and every value finite.</summary>
    SoftLimited,

    /// <summary>As published with Neural Spline Flows (Durkan et al. 2019): the golden values are computed so.</summary>
    NeuralSpline,
}
