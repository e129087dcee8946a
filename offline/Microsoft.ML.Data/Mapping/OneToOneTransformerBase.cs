using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that makes each output column from one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly (string outputColumnName, string inputColumnName)[] ColumnPairs;

    private protected OneToOneTransformerBase(IHost host, params (string outputColumnName, string inputColumnName)[] columns)
        : base(host)
    {
        var names = new HashSet<string>();
        foreach (var (output, input) in host.CheckValue(columns, nameof(columns)))
        {
            host.CheckNonEmpty(input, nameof(columns));
            host.CheckNonEmpty(output, nameof(columns));
            if (!names.Add(output))
                throw host.ExceptParam(nameof(columns), $"Name of the result column '{output}' specified multiple times");
        }
        ColumnPairs = columns;
    }

    private protected OneToOneTransformerBase(IHost host, ModelLoadContext ctx)
        : this(host, LoadColumns(ctx))
    {
    }

    private protected static (string Output, string Input)[] LoadColumns(ModelLoadContext ctx)
    {
        var columns = new (string, string)[ctx.Reader.ReadInt32()];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return columns;
    }

    private protected void SaveColumns(ModelSaveContext ctx)
    {
        ctx.Writer.Write(ColumnPairs.Length);
        foreach (var (output, input) in ColumnPairs)
        {
            ctx.SaveNonEmptyString(output);
            ctx.SaveNonEmptyString(input);
        }
    }

    /// <summary>A mapper whose output <c>i</c> comes from the source column of pair <c>i</c>.</summary>
    private protected abstract class OneToOneMapper : RowMapper
    {
        private readonly int[] _sources;

        protected OneToOneMapper(OneToOneTransformerBase parent, DataViewSchema inputSchema)
            : base(inputSchema)
        {
            _sources = parent.ColumnPairs
                .Select(pair => inputSchema.GetColumnOrNull(pair.inputColumnName)?.Index
                    ?? throw parent.Host.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName))
                .ToArray();
        }

        public override IEnumerable<int> SourcesOf(int output) => [_sources[output]];

        protected DataViewSchema.Column Source(int output) => InputSchema[_sources[output]];
    }
}
