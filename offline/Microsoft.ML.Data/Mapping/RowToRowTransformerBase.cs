using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that adds columns row by row.</summary>
public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;

    private protected RowToRowTransformerBase(IHost host) => Host = host;

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) =>
        new ColumnBindings(Host.CheckValue(inputSchema, nameof(inputSchema)), MakeRowMapper(inputSchema).Outputs).Schema;

    public IDataView Transform(IDataView input) => MakeDataTransform(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        MakeDataTransform(new EmptyDataView(Host.CheckValue(inputSchema, nameof(inputSchema))));

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    private protected abstract RowMapper MakeRowMapper(DataViewSchema schema);

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private RowToRowMapperTransform MakeDataTransform(IDataView input) =>
        new(Host, Host.CheckValue(input, nameof(input)), MakeRowMapper(input.Schema));
}
