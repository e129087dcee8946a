namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>The names under which the state of an optimizer is kept; both engines read what the other wrote.</summary>
internal static class OptimizerNames
{
    public const string Steps = "steps";

    /// <summary>Behind the name of an array: the running mean of its gradient.</summary>
    public const string Mean = "/mean";

    /// <summary>Behind the name of an array: the running mean of its squared gradient.</summary>
    public const string Square = "/square";
}
