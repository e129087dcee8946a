using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>The columns that a transformer reads and writes; saved with the model.</summary>
internal sealed record FlowColumns
{
    /// <summary>The feature column.</summary>
    public required string Feature { get; init; }

    /// <summary>Whether the feature column of the training rows was a scalar, not a vector; samples are given the same form.</summary>
    public bool FeatureIsScalar { get; init; }

    /// <summary>The slot names of the feature column of the training rows, D of them; null where it had none.</summary>
    public IReadOnlyList<string>? SlotNames { get; init; }

    /// <summary>Name of the output column for log p(x); null leaves it out. So are the next ones.</summary>
    public string? LogDensity { get; init; }

    public string? LatentCluster { get; init; }

    public string? LatentClusterIndex { get; init; }

    public string? LatentProbabilities { get; init; }

    public string? BaseVector { get; init; }

    public string? PruningBound { get; init; }

    /// <summary>What may be left out of scores, see <c>PrunedProbability</c>.</summary>
    public double PrunedProbability { get; init; }

    /// <summary>Checks columns that a file claims.</summary>
    /// <exception cref="InvalidDataException">They are impossible for a flow over that many features.</exception>
    public void Check(int dimensions, int maximumNameLength)
    {
        Ranges.Below(nameof(PrunedProbability), PrunedProbability, 0, 1);
        if (SlotNames is { } names && names.Count != dimensions)
            throw new InvalidDataException($"it names {names.Count} slots of {dimensions} features");
        if (FeatureIsScalar && dimensions != 1)
            throw new InvalidDataException($"it claims a scalar of {dimensions} features");
        string?[] all = [Feature, LogDensity, LatentCluster, LatentClusterIndex, LatentProbabilities, BaseVector, PruningBound, .. SlotNames ?? []];
        if (all.FirstOrDefault(name => name?.Length > maximumNameLength) is { } tooLong)
            throw new InvalidDataException($"it has a name of {tooLong.Length} characters");
    }

    /// <summary>The columns of <paramref name="options"/>, with what is known of the feature column.</summary>
    public static FlowColumns Of(NormalizingVariationalFlowOptions options) => new()
    {
        Feature = options.FeatureColumnName,
        LogDensity = options.LogDensityColumnName,
        LatentCluster = options.LatentClusterColumnName,
        LatentClusterIndex = options.LatentClusterIndexColumnName,
        LatentProbabilities = options.LatentProbabilitiesColumnName,
        BaseVector = options.BaseVectorColumnName,
        PruningBound = options.PruningBoundColumnName,
        PrunedProbability = options.PrunedProbability ?? (options.Flow.Latent is AutomaticFlowLatent ? Validation.Pruned : 0),
    };
}
