using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Concatenates over one input schema; one vector alone is passed through, with its annotations.</summary>
internal sealed class ConcatenatingMapper : RowMapper
{
    private readonly DataViewSchema.Column[][] _sources;

    public ConcatenatingMapper(IHost host, DataViewSchema inputSchema, (string Output, string[] Inputs)[] columns)
        : base(inputSchema)
    {
        _sources = columns
            .Select(column => column.Inputs
                .Select(name => inputSchema.GetColumnOrNull(name)
                    ?? throw host.ExceptSchemaMismatch(nameof(inputSchema), "input", name))
                .ToArray())
            .ToArray();
        Outputs = columns.Select((column, i) => Concatenated(host, column.Output, _sources[i])).ToArray();
    }

    public override DataViewSchema.DetachedColumn[] Outputs { get; }

    public override IEnumerable<int> SourcesOf(int output) => _sources[output].Select(source => source.Index);

    public override Delegate CreateGetter(DataViewRow row, int output) => IsAlone(_sources[output])
        ? Generic.Call<Delegate>(row.GetGetter<int>, _sources[output][0].Type.RawType, row.Schema[_sources[output][0].Index])
        : Generic.Call<Delegate>(Getter<int>, Outputs[output].Type.ItemType().RawType, row, _sources[output]);

    private static bool IsAlone(DataViewSchema.Column[] sources) => sources.Length == 1 && sources[0].Type is VectorDataViewType;

    private static int SizeOf(DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    private static DataViewSchema.DetachedColumn Concatenated(IHost host, string name, DataViewSchema.Column[] sources)
    {
        var itemType = sources[0].Type.ItemType();
        foreach (var source in sources)
        {
            if (!source.Type.ItemType().Equals(itemType))
            {
                throw host.ExceptSchemaMismatch(
                    "inputSchema", "input", source.Name, itemType.ToString(), source.Type.ToString());
            }
        }
        if (IsAlone(sources))
            return new DataViewSchema.DetachedColumn(name, sources[0].Type, sources[0].Annotations);
        var size = sources.Any(source => SizeOf(source.Type) == 0) ? 0 : sources.Sum(source => SizeOf(source.Type));
        var type = new VectorDataViewType((PrimitiveDataViewType)itemType, size);
        return new DataViewSchema.DetachedColumn(name, type, ConcatenatedAnnotations.Of(sources, type));
    }

    private static ValueGetter<VBuffer<T>> Getter<T>(DataViewRow row, DataViewSchema.Column[] sources)
    {
        var parts = sources.Select(source => Part<T>(row, row.Schema[source.Index])).ToArray();
        var values = new VBuffer<T>[parts.Length];
        return (ref VBuffer<T> destination) =>
        {
            int length = 0, count = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i](ref values[i]);
                length += values[i].Length;
                count += values[i].GetValues().Length;
            }
            // Mostly zeros stay sparse; the threshold is the real one's.
            var dense = count > length / 2;
            var editor = VBufferEditor.Create(ref destination, length, dense ? length : count);
            if (dense)
                editor.Values.Clear();
            int start = 0, next = 0;
            foreach (ref readonly var part in values.AsSpan())
            {
                var partValues = part.GetValues();
                var indices = part.GetIndices();
                for (var i = 0; i < partValues.Length; i++)
                {
                    var index = start + (part.IsDense ? i : indices[i]);
                    if (!dense)
                        editor.Indices[next] = index;
                    editor.Values[dense ? index : next++] = partValues[i];
                }
                start += part.Length;
            }
            destination = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<T>> Part<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
            return Checked(row.GetGetter<VBuffer<T>>(column), column.Name, vector.Size);
        var getter = row.GetGetter<T>(column);
        return (ref VBuffer<T> destination) =>
        {
            var editor = VBufferEditor.Create(ref destination, 1);
            getter(ref editor.Values[0]);
            destination = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<T>> Checked<T>(ValueGetter<VBuffer<T>> getter, string name, int size) =>
        (ref VBuffer<T> destination) =>
        {
            getter(ref destination);
            if (size != 0 && size != destination.Length)
                throw Contracts.Except($"Column '{name}': expected {size} slots, but got {destination.Length}");
        };
}
