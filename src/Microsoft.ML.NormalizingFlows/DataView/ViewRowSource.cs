using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// The feature column of an <see cref="IDataView"/> as training rows: differences from an origin (<see cref="FeatureOrigin"/>). Nothing else of the
/// view is read.
/// </summary>
internal sealed class ViewRowSource(IDataView view, DataViewSchema.Column column, FeatureOrigin origin) : IRowSource
{
    private readonly IReadOnlyList<string>? _slots = FeatureColumn.SlotNames(column);

    public int Dimensions { get; } = FeatureColumn.Size(column);

    public string SlotName(int slot)
    {
        string place = column.Type is Data.VectorDataViewType ? $"{column.Name}[{slot}]" : column.Name;
        return _slots is not null && _slots[slot].Length > 0 ? $"{place} '{_slots[slot]}'" : place;
    }

    public double Origin(int slot) => origin.Values[slot];

    public IRowReader Open() => new Reader(this, view.GetRowCursor([column]), column, origin.Values);

    private sealed class Reader(ViewRowSource owner, DataViewRowCursor cursor, DataViewSchema.Column column, IReadOnlyList<double> origin) : IRowReader
    {
        private readonly ReadFeatures _read = FeatureReader.Create(cursor, column, origin);

        public bool Read(Span<float> row)
        {
            if (!cursor.MoveNext())
                return false;
            _read(row);
            for (int i = 0; i < row.Length; i++)
            {
                if (Math.Abs(row[i]) == float.MaxValue)
                    throw owner.TooFar(cursor.Position, i);
            }
            return true;
        }

        public void Dispose() => cursor.Dispose();
    }

    private InvalidOperationException TooFar(long row, int slot)
    {
        using var cursor = view.GetRowCursor([column]);
        var read = FeatureReader.Values(cursor, column);
        var values = new double[Dimensions];
        while (cursor.Position < row && cursor.MoveNext())
            read(values);
        return new InvalidOperationException(FormattableString.Invariant(
            $"Row {row} (counted from 0) has the value {values[slot]} in {SlotName(slot)}, too far from the others ({origin.Values[slot]}) for Single, which ends at 3.4E+38: divide the feature by a power of ten, take its logarithm, or leave the row out."));
    }
}
