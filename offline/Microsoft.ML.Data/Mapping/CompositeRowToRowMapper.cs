using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Row mappers in a row; each is asked only for what the ones behind it need.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IRowToRowMapper[] mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema => mappers.Length > 0 ? mappers[^1].OutputSchema : inputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        Contracts.CheckParam(ReferenceEquals(input.Schema, InputSchema), nameof(input), "Schema did not match original schema");
        var active = ActiveColumns.Of(activeColumns, OutputSchema);
        var needed = new IEnumerable<DataViewSchema.Column>[mappers.Length];
        for (var i = mappers.Length - 1; i >= 0; i--)
        {
            needed[i] = i == mappers.Length - 1
                ? OutputSchema.Where(column => active[column.Index]).ToArray()
                : mappers[i + 1].GetDependencies(needed[i + 1]);
        }
        return mappers.Zip(needed).Aggregate(input, (row, step) => step.First.GetRow(row, step.Second));
    }
}
