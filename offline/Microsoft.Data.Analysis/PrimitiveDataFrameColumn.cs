using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.Data.Analysis;

/// <summary>A column of numbers, truth values or dates.</summary>
public partial class PrimitiveDataFrameColumn<T> : DataFrameColumn, IEnumerable<T?>
    where T : unmanaged
{
    private List<T?> _values;

    public PrimitiveDataFrameColumn(string name, IEnumerable<T?> values)
        : base(name, 0, typeof(T))
    {
        _values = values.ToList();
        Length = _values.Count;
    }

    public PrimitiveDataFrameColumn(string name, IEnumerable<T> values)
        : this(name, values.Select(value => (T?)value))
    {
    }

    public PrimitiveDataFrameColumn(string name, long length = 0)
        : this(name, Enumerable.Repeat<T?>(null, (int)length))
    {
    }

    public override long NullCount => _values.Count(value => value is null);

    public new T? this[long rowIndex]
    {
        get => _values[(int)rowIndex];
        set => _values[(int)rowIndex] = value;
    }

    public IEnumerator<T?> GetEnumerator() => _values.GetEnumerator();

    public void Append(T? value)
    {
        _values.Add(value);
        Length++;
    }

    protected override IEnumerator GetEnumeratorCore() => GetEnumerator();

    protected override object GetValue(long rowIndex) => this[rowIndex];

    protected override void SetValue(long rowIndex, object value)
    {
        if (value is not null && value.GetType() != typeof(T))
            throw new ArgumentException($"Expected value to be of type {DataType}", nameof(value));
        this[rowIndex] = (T?)value;
    }

    protected internal override void AddDataViewColumn(DataViewSchema.Builder builder) => builder.AddColumn(Name, ViewType());

    protected internal override Delegate GetDataViewGetter(DataViewRowCursor cursor)
    {
        // What a missing value is in a view: only real numbers have one.
        var missing = typeof(T) == typeof(float) ? (T)(object)float.NaN
            : typeof(T) == typeof(double) ? (T)(object)double.NaN
            : default;
        return (ValueGetter<T>)((ref T value) => value = this[cursor.Position] ?? missing);
    }

    protected internal override Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        cursor.GetGetter<T>(schemaColumn);

    protected internal override void AddValueUsingCursor(DataViewRowCursor cursor, Delegate ValueGetter)
    {
        T value = default;
        ((ValueGetter<T>)ValueGetter)(ref value);
        Append(value);
    }

    internal override long[] RowsFromGreatest(bool putNullValuesLast)
    {
        var rows = Enumerable.Range(0, _values.Count).Select(row => (long)row).ToLookup(row => _values[(int)row] is null);
        var known = rows[false].OrderByDescending(row => _values[(int)row].Value);
        return putNullValuesLast ? [.. known, .. rows[true]] : [.. rows[true], .. known];
    }

    internal override DataFrameColumn Rows(IReadOnlyCollection<long> rows)
    {
        // A clone, so that the column keeps its type.
        var picked = (PrimitiveDataFrameColumn<T>)MemberwiseClone();
        picked._values = [.. rows.Select(row => _values[(int)row])];
        picked.Length = rows.Count;
        return picked;
    }

    internal override void AppendText(string text, IFormatProvider culture) =>
        Append(text.Length == 0 || text.Equals("null", StringComparison.OrdinalIgnoreCase)
            ? null
            : (T)Convert.ChangeType(text, typeof(T), culture));

    private static DataViewType ViewType() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Boolean => BooleanDataViewType.Instance,
        TypeCode.Single => NumberDataViewType.Single,
        TypeCode.Double => NumberDataViewType.Double,
        TypeCode.Int32 => NumberDataViewType.Int32,
        TypeCode.Int64 => NumberDataViewType.Int64,
        TypeCode.DateTime => DateTimeDataViewType.Instance,
        _ => throw new NotSupportedException(),
    };
}
