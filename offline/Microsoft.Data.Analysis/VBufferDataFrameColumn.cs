using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>A column of vectors.</summary>
public partial class VBufferDataFrameColumn<T> : DataFrameColumn, IEnumerable<VBuffer<T>>
{
    private List<VBuffer<T>> _values = [];

    public VBufferDataFrameColumn(string name, long length = 0)
        : base(name, length, typeof(VBuffer<T>)) => _values.AddRange(new VBuffer<T>[length]);

    public override long NullCount => 0;

    public new VBuffer<T> this[long rowIndex]
    {
        get => _values[(int)rowIndex];
        set => _values[(int)rowIndex] = value;
    }

    public IEnumerator<VBuffer<T>> GetEnumerator() => _values.GetEnumerator();

    public void Append(VBuffer<T> value)
    {
        _values.Add(value);
        Length++;
    }

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override void SetValue(long rowIndex, object value) => this[rowIndex] = (VBuffer<T>)value;

    protected internal override Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        cursor.GetGetter<VBuffer<T>>(schemaColumn);

    protected internal override void AddValueUsingCursor(DataViewRowCursor cursor, Delegate ValueGetter)
    {
        VBuffer<T> value = default;
        ((ValueGetter<VBuffer<T>>)ValueGetter)(ref value);
        Append(value);
    }

    internal override DataFrameColumn Rows(IReadOnlyCollection<long> rows)
    {
        // A clone, so that the column keeps its type.
        var picked = (VBufferDataFrameColumn<T>)MemberwiseClone();
        picked._values = [.. rows.Select(row => _values[(int)row])];
        picked.Length = rows.Count;
        return picked;
    }

    internal override void AppendText(string text, IFormatProvider culture) => throw new NotSupportedException();
}
