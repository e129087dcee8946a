namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>The kinds of columns that a flow adds to a table.</summary>
internal enum OutputKind
{
    /// <summary>log p(x), Single.</summary>
    LogDensity,

    /// <summary>The most likely state as a key, 1 .. K; 0 is missing.</summary>
    LatentCluster,

    /// <summary>The most likely state as an Int32, 0 .. K-1; -1 is missing.</summary>
    LatentClusterIndex,

    /// <summary>p(z|x), a vector of K Singles.</summary>
    LatentProbabilities,

    /// <summary>f(x; z), a vector of D Singles.</summary>
    BaseVector,

    /// <summary>The bound on what scoring left out, Single.</summary>
    PruningBound,
}
