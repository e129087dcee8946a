namespace Microsoft.ML.NormalizingFlows;

/// <summary>How the features are reordered in front of each layer of a flow.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Flow = { Permutation = FlowPermutation.Reverse } };
/// </code>
/// </example>
public enum FlowPermutation
{
    /// <summary>A random order, drawn once from the seed of the model.</summary>
    Random,

    /// <summary>The reverse order.</summary>
    Reverse,
}
