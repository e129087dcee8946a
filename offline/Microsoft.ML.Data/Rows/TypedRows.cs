using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The columns of a table that fill the members of a row class.</summary>
internal sealed class TypedRows<TRow>
    where TRow : class
{
    private readonly List<(BoundColumn Member, DataViewSchema.Column Source)> _columns = [];

    public TypedRows(IHostEnvironment env, DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (var member in BoundColumn.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Name) is { } source)
                _columns.Add((member, Compatible(env, member, source)));
            else if (!ignoreMissingColumns)
                throw env.ExceptSchemaMismatch("Schema", "", member.Name);
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _columns.Select(column => column.Source);

    public Action<TRow> Filler(DataViewRow row)
    {
        var setters = _columns.Select(column => RowSetters.Create<TRow>(column.Member, row, column.Source)).ToArray();
        return target =>
        {
            foreach (var set in setters)
                set(target);
        };
    }

    private static DataViewSchema.Column Compatible(IHostEnvironment env, BoundColumn member, DataViewSchema.Column source)
    {
        var itemType = RowMembers.ItemTypeOf(member.Member, out var isVector);
        if (isVector != source.Type is VectorDataViewType || source.Type.ItemType().RawType != itemType)
        {
            throw env.Except($"Can't bind the IDataView column '{member.Name}' of type '{source.Type}' to field or property "
                + $"'{member.Member.Name}' of type '{RowMembers.TypeOf(member.Member).FullName}'.");
        }
        return source;
    }
}
