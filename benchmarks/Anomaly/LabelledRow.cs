using Microsoft.ML;
using Microsoft.ML.Data;

namespace AnomalyBenchmark;

/// <summary>A row with its label, 1 for an anomaly, as <c>AnomalyDetection.Evaluate</c> wants it.</summary>
internal sealed class LabelledRow
{
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public static IDataView View(MLContext ml, IReadOnlyCollection<LabelledRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(LabelledRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.First().Features.Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
