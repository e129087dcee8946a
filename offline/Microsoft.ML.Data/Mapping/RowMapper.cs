namespace Microsoft.ML.Data;

/// <summary>Columns computed from the columns of one input schema, row by row.</summary>
internal abstract class RowMapper(DataViewSchema inputSchema)
{
    protected DataViewSchema InputSchema { get; } = inputSchema;

    /// <summary>The columns that the mapper adds.</summary>
    public abstract DataViewSchema.DetachedColumn[] Outputs { get; }

    /// <summary>The input columns that one output is computed from.</summary>
    public abstract IEnumerable<int> SourcesOf(int output);

    /// <summary>A getter of one output over the values of a row.</summary>
    public abstract Delegate CreateGetter(DataViewRow row, int output);
}
