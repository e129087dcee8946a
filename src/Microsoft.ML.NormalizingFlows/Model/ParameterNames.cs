namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Names of parameters that more than one place asks for.</summary>
internal static class ParameterNames
{
    public const string Shift = "standardization.shift";
    public const string Scale = "standardization.scale";
    public const string StateShift = "flow.steps.0.shift";
    public const string StateLogScale = "flow.steps.0.logScale";
    public const string StateLogWeights = "gaussians.logWeights";
    public const string StateMeans = "gaussians.means";
    public const string StateWhitening = "gaussians.whitening";
}
