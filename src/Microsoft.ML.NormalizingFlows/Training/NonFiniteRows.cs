namespace Microsoft.ML.NormalizingFlows;

/// <summary>What to do with a training row that holds NaN (a missing value) or an infinity.</summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Training = { NonFiniteRows = NonFiniteRows.Drop } };
/// </code>
/// </example>
public enum NonFiniteRows
{
    /// <summary>Throw, naming the row and the value, before training starts.</summary>
    Throw,

    /// <summary>Leave the row out.</summary>
    Drop,
}
