using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.NormalizingFlows.Persistence.Friend;

/// <summary>
/// A view that <c>mlContext.Model.ConvertToOnnx</c> refuses. It goes from view to view to the source of the data and takes what it does not know for that
/// source: without this the columns that a transformer adds would become inputs of a model that copies them out.
/// </summary>
internal abstract class OnnxRefusal(IDataView source) : ITransformCanSaveOnnx
{
    IDataView IDataTransform.Source => source;

    public abstract DataViewSchema Schema { get; }

    public abstract bool CanShuffle { get; }

    public abstract long? GetRowCount();

    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    public abstract DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => throw Refusal();

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => throw Refusal();

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("A view cannot be saved: save the transformer with mlContext.Model.Save.");

    private static NotSupportedException Refusal() => new(
        "The transformers of Microsoft.ML.NormalizingFlows cannot be written as ONNX: save the pipeline with mlContext.Model.Save, or convert only what stands in front of them.");
}
