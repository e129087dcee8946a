using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.Shared;

/// <summary>A row as ML.NET reads it from memory.</summary>
public sealed class FeatureRow
{
    public float[] Features { get; set; } = [];

    /// <summary>Rows of <paramref name="dimensions"/> features as an <see cref="IDataView"/>; the schema records the size of the vector.</summary>
    public static IDataView View(MLContext ml, IReadOnlyCollection<float[]> rows, int dimensions)
    {
        var schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimensions);
        return ml.Data.LoadFromEnumerable(rows.Select(row => new FeatureRow { Features = row }).ToArray(), schema);
    }
}
