using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>A column that values of a row are read from, as differences from an origin: the features, or the context behind them.</summary>
internal sealed record RowColumn(DataViewSchema.Column Column, FeatureOrigin Origin)
{
    private readonly IReadOnlyList<string>? _slots = FeatureColumn.SlotNames(Column);

    /// <summary>Values of a row.</summary>
    public int Size { get; } = FeatureColumn.Size(Column);

    /// <summary>The name of a value for messages, such as <c>Features[3] 'Age'</c>.</summary>
    public string SlotName(int slot)
    {
        string place = Column.Type is VectorDataViewType or KeyDataViewType ? $"{Column.Name}[{slot}]" : Column.Name;
        return _slots is not null && _slots[slot].Length > 0 ? $"{place} '{_slots[slot]}'" : place;
    }

    /// <summary>Reads the values of a row, see <see cref="FeatureReader.Create"/>.</summary>
    /// <param name="row">Of a table in which the column has its place.</param>
    public ReadFeatures Reader(DataViewRow row) => FeatureReader.Create(row, row.Schema[Column.Index], Origin.Values);
}
