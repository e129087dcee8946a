using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A table with a mapper's columns added; also a mapper of single rows.</summary>
internal sealed class RowToRowMapperTransform(IHost host, IDataView source, RowMapper mapper) : IDataView, IRowToRowMapper
{
    private readonly ColumnBindings _bindings = new(source.Schema, mapper.Outputs);

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => _bindings.Schema;

    public DataViewSchema InputSchema => _bindings.Input;

    public DataViewSchema OutputSchema => _bindings.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = ActiveColumns.Of(columnsNeeded, Schema);
        var input = source.GetRowCursor(GetDependencies(active), CanShuffle ? rand : null);
        return new Cursor(host, input, _bindings, active, CreateGetters(input, active));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var active = ActiveColumns.Of(columnsNeeded, Schema);
        return source.GetRowCursorSet(GetDependencies(active), n, rand)
            .Select(input => new Cursor(host, input, _bindings, active, CreateGetters(input, active)))
            .ToArray();
    }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        GetDependencies(ActiveColumns.Of(dependingColumns, Schema));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        host.CheckValue(input, nameof(input));
        host.CheckValue(activeColumns, nameof(activeColumns));
        host.Check(ReferenceEquals(input.Schema, InputSchema),
            "Schema of input row must be the same as the schema the mapper is bound to");
        var active = ActiveColumns.Of(activeColumns, Schema);
        return new Row(input, _bindings, CreateGetters(input, active));
    }

    private IEnumerable<DataViewSchema.Column> GetDependencies(bool[] active)
    {
        var needed = new HashSet<int>();
        for (var i = 0; i < active.Length; i++)
        {
            if (!active[i])
                continue;
            if (_bindings.IsInput(i, out var index))
                needed.Add(index);
            else
                needed.UnionWith(mapper.SourcesOf(index));
        }
        return InputSchema.Where(column => needed.Contains(column.Index)).ToArray();
    }

    private Delegate[] CreateGetters(DataViewRow input, bool[] active)
    {
        var getters = new Delegate[mapper.Outputs.Length];
        for (var i = 0; i < active.Length; i++)
        {
            if (active[i] && !_bindings.IsInput(i, out var index))
                getters[index] = mapper.CreateGetter(input, index);
        }
        return getters;
    }

    private sealed class Cursor(
        IChannelProvider provider, DataViewRowCursor input, ColumnBindings bindings, bool[] active, Delegate[] getters)
        : SynchronizedCursorBase(provider, input)
    {
        public override DataViewSchema Schema => bindings.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Ch.Check(column.Index < active.Length);
            return active[column.Index];
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "requested column not active");
            return bindings.IsInput(column.Index, out var index)
                ? Input.GetGetter<TValue>(Input.Schema[index])
                : ActiveColumns.Typed<TValue>(getters[index]);
        }
    }

    private sealed class Row(DataViewRow input, ColumnBindings bindings, Delegate[] getters) : DataViewRow
    {
        public override DataViewSchema Schema => bindings.Schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            bindings.IsInput(column.Index, out var index) ? input.IsColumnActive(input.Schema[index]) : getters[index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            bindings.IsInput(column.Index, out var index)
                ? input.GetGetter<TValue>(input.Schema[index])
                : ActiveColumns.Typed<TValue>(getters[index]);

        protected override void Dispose(bool disposing) => input.Dispose();
    }
}
