using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>The feature column of an <see cref="IDataView"/> as training rows; nothing else of the view is read.</summary>
internal sealed class ViewRowSource(IDataView view, DataViewSchema.Column column) : IRowSource
{
    private readonly IReadOnlyList<string>? _slots = FeatureColumn.SlotNames(column);

    public int Dimensions { get; } = FeatureColumn.Size(column);

    public string SlotName(int slot)
    {
        string place = column.Type is Data.VectorDataViewType ? $"{column.Name}[{slot}]" : column.Name;
        return _slots is not null && _slots[slot].Length > 0 ? $"{place} '{_slots[slot]}'" : place;
    }

    public IRowReader Open() => new Reader(view.GetRowCursor([column]), column);

    private sealed class Reader(DataViewRowCursor cursor, DataViewSchema.Column column) : IRowReader
    {
        private readonly ReadFeatures _read = FeatureReader.Create(cursor, column);

        public bool Read(Span<float> row)
        {
            if (!cursor.MoveNext())
                return false;
            _read(row);
            return true;
        }

        public void Dispose() => cursor.Dispose();
    }
}
