using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>
/// A DataFrame whose nulls are missing values: a column that has some, and whose type would hide them, becomes one of Double, where they are NaN,
/// or, of Boolean and of whole numbers that would lose digits, one of text, where they are empty.
/// </summary>
internal sealed class FrameView : IDataView
{
    private readonly IDataView _frame;
    private readonly IReadOnlyDictionary<string, (bool[] Rows, DataViewType Type)> _nulls;

    public FrameView(IDataView frame, IReadOnlyDictionary<string, (bool[] Rows, DataViewType Type)> nulls)
    {
        (_frame, _nulls) = (frame, nulls);
        var builder = new DataViewSchema.Builder();
        foreach (var column in frame.Schema)
        {
            builder.AddColumn(column.Name, nulls.TryGetValue(column.Name, out var missing) ? missing.Type : column.Type, column.Annotations);
        }
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _frame.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, _frame.GetRowCursor(columnsNeeded.Select(column => _frame.Schema[column.Index])));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(FrameView view, DataViewRowCursor source) : DataViewRowCursor
    {
        public override DataViewSchema Schema => view.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(source.Schema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var own = source.Schema[column.Index];
            if (!view._nulls.TryGetValue(column.Name, out var nulls))
                return source.GetGetter<TValue>(own);
            return Getters.As<TValue>(nulls.Type is not TextDataViewType ? Number(own, nulls.Rows) : own.Type.RawType switch
            {
                var type when type == typeof(bool) => Text<bool>(own, nulls.Rows),
                var type when type == typeof(long) => Text<long>(own, nulls.Rows),
                _ => Text<ulong>(own, nulls.Rows),
            }, column.Name, column.Type);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }

        private ValueGetter<ReadOnlyMemory<char>> Text<T>(DataViewSchema.Column column, bool[] nulls) where T : IConvertible
        {
            var read = source.GetGetter<T>(column);
            T own = default!;
            return (ref ReadOnlyMemory<char> value) =>
            {
                read(ref own);
                value = nulls[source.Position] ? default : own.ToString(CultureInfo.InvariantCulture).AsMemory();
            };
        }

        private ValueGetter<double> Number(DataViewSchema.Column column, bool[] nulls)
        {
            var read = FrameNulls.NumberOf(source, column);
            return (ref double value) => value = read() is var number && nulls[source.Position] ? double.NaN : number;
        }
    }
}
