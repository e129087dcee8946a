using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>What is known of the column that a density is given; saved with the model.</summary>
internal sealed record ContextColumn
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>C, its values: those of a vector, the number of values of a key, or 1.</summary>
    public required int Size { get; init; }

    /// <summary>Whether it is a key, which is read as a one-hot vector.</summary>
    public bool IsKey { get; init; }

    /// <summary>What the flow counts each value from, C values in the user's units (<see cref="FeatureOrigin"/>); null for 0.</summary>
    public IReadOnlyList<double>? Origin { get; init; }

    /// <summary>The names of the slots, or of the values of a key, C of them; null where it had none.</summary>
    public IReadOnlyList<string>? SlotNames { get; init; }

    public static ContextColumn Of(RowColumn column) => new()
    {
        Name = column.Column.Name,
        Size = column.Size,
        IsKey = column.Column.Type is Data.KeyDataViewType,
        Origin = column.Origin.Values,
        SlotNames = FeatureColumn.SlotNames(column.Column),
    };

    /// <summary>The column of a table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is absent, of another type, or of another size.</exception>
    public RowColumn Find(DataViewSchema schema) => new(FeatureColumn.Find(schema, Name, Size, IsKey), FeatureOrigin.Of(Origin ?? new double[Size]));

    /// <summary>Checks a column that a file claims.</summary>
    /// <exception cref="InvalidDataException">It is impossible.</exception>
    public void Check()
    {
        Ranges.Integer("The number of context values", Size, 1, FlowLimits.Dimensions);
        if (SlotNames is { } names && names.Count != Size)
            throw new InvalidDataException($"it names {names.Count} slots of {Size} context values");
        if (Origin is { } origin && (origin.Count != Size || !origin.All(double.IsFinite)))
            throw new InvalidDataException($"its {origin.Count} origins are not finite numbers of {Size} context values");
        FlowColumns.CheckNames(Name);
        FlowColumns.CheckNames([.. (SlotNames ?? []).Select(name => name.Length == 0 ? null : name)]);
    }
}
