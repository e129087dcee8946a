using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>The columns that a transformer reads and writes; saved with the model.</summary>
internal sealed record FlowColumns
{
    private const int MaximumNameLength = 4_096;

    /// <summary>The feature column.</summary>
    public required string Feature { get; init; }

    /// <summary>Whether the feature column of the training rows was a scalar, not a vector; samples are given the same form.</summary>
    public bool FeatureIsScalar { get; init; }

    /// <summary>Whether the feature column of the training rows was of Double, not Single; so are samples.</summary>
    public bool FeatureIsDouble { get; init; }

    /// <summary>What the flow counts each feature from, D values in the user's units (<see cref="FeatureOrigin"/>); null for 0.</summary>
    public IReadOnlyList<double>? Origin { get; init; }

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
    public void Check(int dimensions)
    {
        Ranges.Below(nameof(PrunedProbability), PrunedProbability, 0, 1);
        if (SlotNames is { } names && names.Count != dimensions)
            throw new InvalidDataException($"it names {names.Count} slots of {dimensions} features");
        if (Origin is { } origin && (origin.Count != dimensions || !origin.All(double.IsFinite)))
            throw new InvalidDataException($"its {origin.Count} origins are not finite numbers of {dimensions} features");
        if (FeatureIsScalar && dimensions != 1)
            throw new InvalidDataException($"it claims a scalar of {dimensions} features");
        CheckNames(Feature, LogDensity, LatentCluster, LatentClusterIndex, LatentProbabilities, BaseVector, PruningBound);
        // A slot may have no name.
        CheckNames([.. (SlotNames ?? []).Select(name => name.Length == 0 ? null : name)]);
    }

    /// <summary>Checks names of columns that a file claims; null stands for a column that is left out.</summary>
    /// <exception cref="InvalidDataException">One is empty, or longer than any real one.</exception>
    public static void CheckNames(params IReadOnlyList<string?> names)
    {
        if (names.Contains(""))
            throw new InvalidDataException("it has a column without a name");
        if (names.FirstOrDefault(name => name?.Length > MaximumNameLength) is { } tooLong)
            throw new InvalidDataException($"it has a name of {tooLong.Length} characters");
    }

    /// <summary>The type of a column of features such as that of the training rows.</summary>
    public DataViewType FeatureType(int dimensions)
    {
        var item = FeatureIsDouble ? NumberDataViewType.Double : NumberDataViewType.Single;
        return FeatureIsScalar ? item : new VectorDataViewType(item, dimensions);
    }

    /// <summary><see cref="Origin"/> written out.</summary>
    public IReadOnlyList<double> OriginOf(int dimensions) => Origin ?? new double[dimensions];

    /// <summary>The value in the user's units of a difference from the origin.</summary>
    public double UserValue(int slot, float difference) => Origin is { } origin ? origin[slot] + difference : difference;

    /// <summary>These columns, with what is known of the feature column that a flow was trained on.</summary>
    public FlowColumns Of(DataViewSchema.Column feature, IReadOnlyList<double> origin) => this with
    {
        Feature = feature.Name,
        FeatureIsScalar = feature.Type is not VectorDataViewType,
        FeatureIsDouble = FeatureColumn.IsDouble(feature),
        Origin = origin,
        SlotNames = FeatureColumn.SlotNames(feature),
    };

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
