using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>A trainer of ML.NET as an <see cref="IRowModel"/>.</summary>
internal sealed class TrainerModel(DataOperationsCatalog data, IEstimator<ITransformer> trainer) : IRowModel
{
    public bool CutsFeatures => false;

    public double[] FitAndScore(RowTable features, float[] labels, bool isNumber, RowTable others)
    {
        var model = trainer.Fit(View(features, labels, isNumber));
        IDataView scored = model.Transform(View(others, new float[others.Count], isNumber));
        var column = scored.Schema.GetColumnOrNull("Score");
        if (column is not { Type: NumberDataViewType { RawType: var type } } || type != typeof(float))
            throw new InvalidOperationException("The trainer given for the report makes no column 'Score' of Single: pass one for binary classification, or for regression where the target is a number.");
        return [.. scored.GetColumn<float>("Score").Select(score => (double)score)];
    }

    private IDataView View(RowTable features, float[] labels, bool isNumber)
    {
        // The rows are copied once more; there are at most some ten thousand.
        return isNumber
            ? Load(Enumerable.Range(0, features.Count).Select(i => new NumberRow { Features = features[i].ToArray(), Label = labels[i] }))
            : Load(Enumerable.Range(0, features.Count).Select(i => new FlagRow { Features = features[i].ToArray(), Label = labels[i] > 0.5f }));

        IDataView Load<TRow>(IEnumerable<TRow> rows)
            where TRow : class
        {
            var schema = SchemaDefinition.Create(typeof(TRow));
            schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features.Dimensions);
            return data.LoadFromEnumerable(rows.ToArray(), schema);
        }
    }

    private sealed class FlagRow
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class NumberRow
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
