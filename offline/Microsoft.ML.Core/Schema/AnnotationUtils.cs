namespace Microsoft.ML.Data;

/// <summary>The names and types of annotations that ML.NET gives a meaning.</summary>
internal static class AnnotationUtils
{
    public static KeyDataViewType ScoreColumnSetIdType { get; } = new(typeof(uint), int.MaxValue);

    public static VectorDataViewType GetNamesType(int size) => new(TextDataViewType.Instance, size);

    public static VectorDataViewType GetCategoricalType(int rangeCount) => new(NumberDataViewType.Int32, rangeCount, 2);

    public static bool HasSlotNames(this DataViewSchema.Column column, int vectorSize) =>
        vectorSize > 0
        && column.Annotations.Schema.GetColumnOrNull(Kinds.SlotNames)?.Type is VectorDataViewType names
        && names.Size == vectorSize
        && names.ItemType is TextDataViewType;

    public static bool HasSlotNames(this SchemaShape.Column col) =>
        col.Kind == SchemaShape.Column.VectorKind.Vector
        && col.Annotations.TryFindColumn(Kinds.SlotNames, out var names)
        && names.Kind == SchemaShape.Column.VectorKind.Vector
        && !names.IsKey
        && names.ItemType == TextDataViewType.Instance;

    public static bool IsNormalized(this SchemaShape.Column column) =>
        column.Annotations.TryFindColumn(Kinds.IsNormalized, out var mark)
        && mark.Kind == SchemaShape.Column.VectorKind.Scalar
        && !mark.IsKey
        && mark.ItemType == BooleanDataViewType.Instance;

    /// <summary>The largest identifier in use; a new set of score columns takes the next.</summary>
    public static uint GetMaxAnnotationKind(
        this DataViewSchema schema, out int colMax, string annotationKind, Func<DataViewSchema, int, bool> filterFunc = null)
    {
        uint max = 0;
        colMax = -1;
        foreach (var column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(annotationKind)?.Type is not KeyDataViewType { RawType: var raw }
                || raw != typeof(uint) || (filterFunc is not null && !filterFunc(schema, column.Index)))
            {
                continue;
            }
            uint value = 0;
            column.Annotations.GetValue(annotationKind, ref value);
            if (value > max)
                (max, colMax) = (value, column.Index);
        }
        return max;
    }

    public static IEnumerable<SchemaShape.Column> GetTrainerOutputAnnotation(bool isNormalized = false)
    {
        yield return Scalar(Kinds.ScoreColumnSetId, NumberDataViewType.UInt32, isKey: true);
        yield return Scalar(Kinds.ScoreColumnKind, TextDataViewType.Instance);
        yield return Scalar(Kinds.ScoreValueKind, TextDataViewType.Instance);
        if (isNormalized)
            yield return Scalar(Kinds.IsNormalized, BooleanDataViewType.Instance);
    }

    private static SchemaShape.Column Scalar(string name, DataViewType type, bool isKey = false) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, isKey);

    /// <summary>The names of annotations.</summary>
    public static class Kinds
    {
        public const string SlotNames = "SlotNames";
        public const string KeyValues = "KeyValues";
        public const string ScoreColumnSetId = "ScoreColumnSetId";
        public const string ScoreColumnKind = "ScoreColumnKind";
        public const string ScoreValueKind = "ScoreValueKind";
        public const string IsNormalized = "IsNormalized";
        public const string IsUserVisible = "IsUserVisible";
        public const string TrainingLabelValues = "TrainingLabelValues";
        public const string CategoricalSlotRanges = "CategoricalSlotRanges";
    }

    /// <summary>Values of annotations.</summary>
    public static class Const
    {
        /// <summary>What a set of score columns was made by.</summary>
        public static class ScoreColumnKind
        {
            public const string BinaryClassification = "BinaryClassification";
            public const string MulticlassClassification = "MulticlassClassification";
            public const string Regression = "Regression";
            public const string Ranking = "Ranking";
            public const string Clustering = "Clustering";
            public const string MultiOutputRegression = "MultiOutputRegression";
            public const string AnomalyDetection = "AnomalyDetection";
            public const string SequenceClassification = "SequenceClassification";
            public const string QuantileRegression = "QuantileRegression";
            public const string Recommender = "Recommender";
            public const string ItemSimilarity = "ItemSimilarity";
            public const string FeatureContribution = "FeatureContribution";
        }

        /// <summary>What a score column holds.</summary>
        public static class ScoreValueKind
        {
            public const string Score = "Score";
            public const string PredictedLabel = "PredictedLabel";
            public const string Probability = "Probability";
        }
    }
}
