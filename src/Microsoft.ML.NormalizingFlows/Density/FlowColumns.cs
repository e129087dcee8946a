using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>The columns that a transformer reads and writes; saved with the model.</summary>
internal sealed record FlowColumns
{
    /// <summary>Behind the decimal point; <see cref="Math.Round(double, int)"/> knows no more.</summary>
    private const int MaximumDigits = 15;

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

    /// <summary>What the density is given; null for nothing.</summary>
    public ContextColumn? Context { get; init; }

    /// <summary>Name of the output column for log p(x); null leaves it out. So are the next ones.</summary>
    public string? LogDensity { get; init; }

    public string? LatentCluster { get; init; }

    public string? LatentClusterIndex { get; init; }

    public string? LatentProbabilities { get; init; }

    public string? BaseVector { get; init; }

    public string? PruningBound { get; init; }

    public string? LatentMean { get; init; }

    public string? LatentDeviation { get; init; }

    public string? Cumulative { get; init; }

    public QuantileColumn? Quantiles { get; init; }

    /// <summary>What may be left out of scores, see <c>PrunedProbability</c>.</summary>
    public double PrunedProbability { get; init; }

    /// <summary>Checks columns that a file claims.</summary>
    /// <exception cref="InvalidDataException">They are impossible for a flow over that many features.</exception>
    public void Check(FlowShape shape)
    {
        int dimensions = shape.Dimensions;
        if ((Context?.Size ?? 0) != shape.Context)
            throw new InvalidDataException($"its context has {Context?.Size ?? 0} values, its flows {shape.Context}");
        Context?.Check();
        Ranges.Below(nameof(PrunedProbability), PrunedProbability, 0, 1);
        if (SlotNames is { } names && names.Count != dimensions)
            throw new InvalidDataException($"it names {names.Count} slots of {dimensions} features");
        if (Origin is { } origin && (origin.Count != dimensions || !origin.All(double.IsFinite)))
            throw new InvalidDataException($"its {origin.Count} origins are not finite numbers of {dimensions} features");
        if (FeatureIsScalar && dimensions != 1)
            throw new InvalidDataException($"it claims a scalar of {dimensions} features");
        if (Quantiles is { Levels: var levels } && (levels.Count is 0 or > OptionsCheck.MaximumQuantiles || !levels.All(level => level > 0 && level < 1)))
            throw new InvalidDataException("a level of a quantile is not between 0 and 1");
        if ((Quantiles?.Name ?? Cumulative) is not null && dimensions != 1)
            throw new InvalidDataException($"it claims quantiles of {dimensions} features");
        if ((LatentMean ?? LatentDeviation) is not null && shape.Latent == 0)
            throw new InvalidDataException("it claims the mean of a latent that has none");
        if ((Quantiles?.Name ?? Cumulative) is not null && shape.Latent > 0)
            throw new InvalidDataException("it claims quantiles of a bound");
        CheckNames(Feature, LatentMean, LatentDeviation, LogDensity, LatentCluster, LatentClusterIndex, LatentProbabilities, BaseVector, PruningBound, Cumulative, Quantiles?.Name);
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

    /// <summary>
    /// The columns of a table that a row is read from: the features, then the context. What is to be predicted may be absent: null then stands in the
    /// place of the features.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">One is absent, of another type, or of another size.</exception>
    public (RowColumn? Features, RowColumn? Context) Find(DataViewSchema schema, int dimensions)
    {
        var features = Quantiles is not null && schema.GetColumnOrNull(Feature) is null
            ? null
            : new RowColumn(FeatureColumn.Find(schema, Feature, dimensions), FeatureOrigin.Of(OriginOf(dimensions)));
        return (features, Context?.Find(schema));
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

    /// <summary>The same as a user would write it: the shortest decimal number that is as far from the origin.</summary>
    public double ShortUserValue(int slot, float difference)
    {
        double origin = Origin?[slot] ?? 0, value = origin + difference;
        for (int digits = 0; digits <= MaximumDigits; digits++)
        {
            double rounded = Math.Round(value, digits);
            if ((float)(rounded - origin) == difference)
                return rounded;
        }
        return value;
    }

    /// <summary>The getter of a column of features, in the form of that of the training rows.</summary>
    /// <param name="differences">Of the current row from the origin.</param>
    public Delegate FeatureGetter(CurrentValues differences) => (FeatureIsScalar, FeatureIsDouble) switch
    {
        (true, true) => (ValueGetter<double>)((ref double value) => value = UserValue(0, differences()[0])),
        (true, false) => (ValueGetter<float>)((ref float value) => value = (float)UserValue(0, differences()[0])),
        _ => VectorGetter(differences, slot => slot),
    };

    /// <summary>The getter of a vector of values of the first feature.</summary>
    /// <param name="differences">Of the current row from the origin.</param>
    public Delegate ValuesGetter(CurrentValues differences) => VectorGetter(differences, _ => 0);

    private Delegate VectorGetter(CurrentValues differences, Func<int, int> feature)
    {
        return FeatureIsDouble ? Of(value => value) : Of(value => (float)value);

        ValueGetter<VBuffer<T>> Of<T>(Func<double, T> convert) => (ref VBuffer<T> value) =>
        {
            var row = differences();
            var editor = VBufferEditor.Create(ref value, row.Length);
            for (int i = 0; i < row.Length; i++)
                editor.Values[i] = convert(UserValue(feature(i), row[i]));
            value = editor.Commit();
        };
    }

    /// <summary>These columns, with what is known of the columns that a flow was trained on.</summary>
    public FlowColumns Of(RowColumn features, RowColumn? context) => Of(features.Column, features.Origin.Values) with
    {
        Context = context is null ? null : ContextColumn.Of(context),
    };

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
        Cumulative = options.CumulativeColumnName,
        LatentMean = options.LatentMeanColumnName,
        LatentDeviation = options.LatentDeviationColumnName,
        Quantiles = options.QuantileColumnName is { } quantiles ? new QuantileColumn(quantiles, options.Quantiles) : null,
        PrunedProbability = options.PrunedProbability ?? (options.Flow.Latent is AutomaticFlowLatent ? Validation.Pruned : 0),
    };
}

/// <summary>An output column for quantiles.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Levels">Of the quantiles, each in (0, 1).</param>
internal sealed record QuantileColumn(string Name, IReadOnlyList<double> Levels);

/// <summary>Values of the row that a cursor stands on.</summary>
internal delegate ReadOnlySpan<float> CurrentValues();
