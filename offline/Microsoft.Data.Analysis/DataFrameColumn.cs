using System.Collections;
using Microsoft.ML;

namespace Microsoft.Data.Analysis;

/// <summary>A named column of values, each of which may be missing.</summary>
public abstract class DataFrameColumn : IEnumerable
{
    protected DataFrameColumn(string name, long length, Type type)
    {
        Name = name;
        Length = length;
        DataType = type;
    }

    public string Name { get; }

    public long Length { get; protected set; }

    public Type DataType { get; }

    public abstract long NullCount { get; }

    public object this[long rowIndex]
    {
        get => GetValue(rowIndex);
        set => SetValue(rowIndex, value);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumeratorCore();

    protected abstract object GetValue(long rowIndex);

    protected abstract void SetValue(long rowIndex, object value);

    protected abstract IEnumerator GetEnumeratorCore();

    protected internal virtual void AddDataViewColumn(DataViewSchema.Builder builder) => throw new NotImplementedException();

    protected internal virtual Delegate GetDataViewGetter(DataViewRowCursor cursor) => throw new NotImplementedException();

    protected internal virtual Delegate GetValueGetterUsingCursor(DataViewRowCursor cursor, DataViewSchema.Column schemaColumn) =>
        throw new NotImplementedException();

    protected internal virtual void AddValueUsingCursor(DataViewRowCursor cursor, Delegate ValueGetter) =>
        throw new NotImplementedException();

    /// <summary>A column of the given rows, under the same name.</summary>
    internal abstract DataFrameColumn Rows(IReadOnlyCollection<long> rows);

    /// <summary>The numbers of the rows, that with the greatest value first.</summary>
    internal virtual long[] RowsFromGreatest(bool putNullValuesLast) =>
        throw new NotSupportedException($"The offline stand-in does not sort by a {GetType().Name}.");

    /// <summary>Adds what a text file holds in a field; nothing, or "null", is missing.</summary>
    internal abstract void AppendText(string text, IFormatProvider culture);
}
