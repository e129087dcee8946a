namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>What a product is added to.</summary>
internal enum ProductStart
{
    /// <summary>Nothing: C = A B.</summary>
    Zero,

    /// <summary>What is there: C = C + A B.</summary>
    Target,

    /// <summary>A number for each row: C = b + A B.</summary>
    Bias,
}
