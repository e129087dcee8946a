using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// The annotations of the columns that a flow adds, under the names and types that ML.NET's scorers use: columns of one
/// scorer share a set number, and say what kind of value each holds; vectors and keys have names.
/// </summary>
internal static class OutputAnnotations
{
    private const string SetId = "ScoreColumnSetId";

    /// <summary>The task of all that is no task of ML.NET's.</summary>
    public const string DensityEstimation = "DensityEstimation";

    private static readonly KeyDataViewType s_setIdType = new(typeof(uint), int.MaxValue);

    /// <summary>The number for the next scorer's columns: one more than the greatest in <paramref name="schema"/>.</summary>
    public static uint NextSet(DataViewSchema schema)
    {
        uint greatest = 0;
        foreach (var column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(SetId)?.Type is not KeyDataViewType { RawType: var raw } || raw != typeof(uint))
                continue;
            uint set = 0;
            column.Annotations.GetValue(SetId, ref set);
            greatest = Math.Max(greatest, set);
        }
        return greatest + 1;
    }

    /// <summary>
    /// A column of a scorer; <paramref name="value"/> is <c>Score</c>, <c>PredictedLabel</c> or <c>Probability</c>, <paramref name="kind"/> the
    /// task. ML.NET has no name for the estimation of densities, so ours makes none of its evaluators take a log-density for something else.
    /// </summary>
    public static DataViewSchema.Annotations Score(uint set, string value, string kind = DensityEstimation) => Scored(set, value, kind).ToAnnotations();

    /// <summary>A column of log-densities, which says what they are: <c>Exact</c>, or which bound.</summary>
    public static DataViewSchema.Annotations Density(uint set, string densityKind)
    {
        var builder = Scored(set, "Score");
        builder.AddPrimitiveValue("DensityKind", TextDataViewType.Instance, densityKind.AsMemory());
        return builder.ToAnnotations();
    }

    /// <summary>The key column of the most likely state: its values are named after the states.</summary>
    public static DataViewSchema.Annotations Cluster(uint set, int states)
    {
        var builder = Scored(set, "PredictedLabel");
        AddNames(builder, "KeyValues", StateNames(states));
        return builder.ToAnnotations();
    }

    /// <summary>The vector of state probabilities: its slots are named after the states, its values lie in [0, 1].</summary>
    public static DataViewSchema.Annotations Probabilities(uint set, int states)
    {
        var builder = Scored(set, "Probability");
        AddNames(builder, "SlotNames", StateNames(states));
        AddNormalized(builder);
        return builder.ToAnnotations();
    }

    /// <summary>A column on a common scale already, which a trainer need not normalise.</summary>
    public static DataViewSchema.Annotations Normalized()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        AddNormalized(builder);
        return builder.ToAnnotations();
    }

    /// <summary>A vector column with slot names; no annotation where there are none.</summary>
    public static DataViewSchema.Annotations? Slots(IReadOnlyList<string>? names)
    {
        if (names is null)
            return null;
        var builder = new DataViewSchema.Annotations.Builder();
        AddNames(builder, "SlotNames", names);
        return builder.ToAnnotations();
    }

    /// <summary>A column of a scorer with names: of the slots of a vector (<c>SlotNames</c>) or the values of a key (<c>KeyValues</c>).</summary>
    public static DataViewSchema.Annotations Named(uint set, string value, string kind, string nameKind, IReadOnlyList<string> names, bool normalized = false)
    {
        var builder = Scored(set, value, kind);
        AddNames(builder, nameKind, names);
        if (normalized)
            AddNormalized(builder);
        return builder.ToAnnotations();
    }

    // Numbered as in LatentClusterIndex and Sample.
    private static string[] StateNames(int states) => [.. Enumerable.Range(0, states).Select(state => $"State{state}")];

    /// <summary>The start of the annotations of a scorer's column; <paramref name="kind"/> says what the scorer is.</summary>
    public static DataViewSchema.Annotations.Builder Scored(uint set, string value, string kind = DensityEstimation)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(SetId, s_setIdType, set);
        builder.AddPrimitiveValue("ScoreColumnKind", TextDataViewType.Instance, kind.AsMemory());
        builder.AddPrimitiveValue("ScoreValueKind", TextDataViewType.Instance, value.AsMemory());
        return builder;
    }

    private static void AddNormalized(DataViewSchema.Annotations.Builder builder) =>
        builder.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);

    private static void AddNames(DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> names)
    {
        var values = names.Select(name => name.AsMemory()).ToArray();
        builder.Add(kind, new VectorDataViewType(TextDataViewType.Instance, values.Length), (ref VBuffer<ReadOnlyMemory<char>> target) =>
        {
            var editor = VBufferEditor.Create(ref target, values.Length);
            values.CopyTo(editor.Values);
            target = editor.Commit();
        });
    }
}
