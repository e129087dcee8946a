using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>A column of text.</summary>
public partial class StringDataFrameColumn : DataFrameColumn, IEnumerable<string>
{
    private List<string> _values;

    public StringDataFrameColumn(string name, IEnumerable<string> values)
        : base(name, 0, typeof(string))
    {
        _values = values.ToList();
        Length = _values.Count;
    }

    public StringDataFrameColumn(string name, long length = 0)
        : this(name, Enumerable.Repeat<string>(null, (int)length))
    {
    }

    public override long NullCount => _values.Count(value => value is null);

    public new string this[long rowIndex]
    {
        get => _values[(int)rowIndex];
        set => _values[(int)rowIndex] = value;
    }

    public IEnumerator<string> GetEnumerator() => _values.GetEnumerator();

    public void Append(string value)
    {
        _values.Add(value);
        Length++;
    }

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override void SetValue(long rowIndex, object value) => this[rowIndex] = value is null or string
        ? (string)value
        : throw new ArgumentException($"Expected value to be of type {DataType}", nameof(value));

    protected internal override void AddDataViewColumn(DataViewSchema.Builder builder) =>
        builder.AddColumn(Name, TextDataViewType.Instance);

    protected internal override Delegate GetDataViewGetter(DataViewRowCursor cursor) =>
        (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = this[cursor.Position].AsMemory());

    protected internal override Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        cursor.GetGetter<ReadOnlyMemory<char>>(schemaColumn);

    protected internal override void AddValueUsingCursor(DataViewRowCursor cursor, Delegate ValueGetter)
    {
        ReadOnlyMemory<char> value = default;
        ((ValueGetter<ReadOnlyMemory<char>>)ValueGetter)(ref value);
        Append(value.ToString());
    }

    internal override DataFrameColumn Rows(IReadOnlyCollection<long> rows)
    {
        // A clone, so that the column keeps its type.
        var picked = (StringDataFrameColumn)MemberwiseClone();
        picked._values = [.. rows.Select(row => _values[(int)row])];
        picked.Length = rows.Count;
        return picked;
    }

    internal override void AppendText(string text, IFormatProvider culture) =>
        Append(text.Equals("null", StringComparison.OrdinalIgnoreCase) ? null : text);
}
