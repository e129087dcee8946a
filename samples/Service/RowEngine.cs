using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ServiceSample;

/// <summary>What is said of a row; null for a row that lacks a value.</summary>
/// <param name="Score">The greater, the more anomalous; in nats.</param>
/// <param name="IsAnomaly">Whether it is above the threshold.</param>
/// <param name="PValue">The share of usual rows with such a score.</param>
/// <param name="Why">What the columns contribute, where it was asked for.</param>
public sealed record Judgement(float? Score, bool IsAnomaly, float? PValue, IReadOnlyDictionary<string, Contribution>? Why);

/// <summary>Why a column makes a row odd.</summary>
/// <param name="Nats">How much the score would fall with the value that was expected.</param>
/// <param name="Expected">That value.</param>
public sealed record Contribution(float Nats, double Expected);

/// <summary>A row that is filled from JSON, and the pipeline on top of it: the work of a prediction engine, for columns that the file of the model names.</summary>
public sealed class RowEngine
{
    internal const string Contributions = "FeatureContributions", Expected = "ExpectedFeatures";

    private readonly Input _row;
    private readonly ValueGetter<float> _score;
    private readonly ValueGetter<float>? _pValue;
    private readonly ValueGetter<bool> _label;
    private readonly Func<VBuffer<float>>? _contributions;
    private readonly Func<double[]>? _expected;
    private readonly string[] _features = [];

    internal RowEngine(IRowToRowMapper pipeline, bool explains)
    {
        DataViewSchema output = pipeline.OutputSchema;
        DataViewSchema.Column score = output["Score"], label = output["PredictedLabel"];
        DataViewSchema.Column? pValue = output.GetColumnOrNull("PValue");
        List<DataViewSchema.Column> wanted = [score, label];
        if (pValue is { } some)
            wanted.Add(some);
        if (explains)
            wanted.AddRange([output[Contributions], output[Expected]]);

        _row = new Input(pipeline.InputSchema, [.. pipeline.GetDependencies(wanted)]);
        DataViewRow scored = pipeline.GetRow(_row, wanted);
        _score = scored.GetGetter<float>(score);
        _label = scored.GetGetter<bool>(label);
        _pValue = pValue is { } column ? scored.GetGetter<float>(column) : null;
        if (explains)
        {
            _contributions = Reader<float>(scored, output[Contributions]);
            _expected = output[Expected].Type is VectorDataViewType { ItemType: var item } && item == NumberDataViewType.Double
                ? Doubles(Reader<double>(scored, output[Expected]), value => value)
                : Doubles(Reader<float>(scored, output[Expected]), value => value);
            VBuffer<ReadOnlyMemory<char>> names = default;
            output[Contributions].GetSlotNames(ref names);
            _features = [.. names.DenseValues().Select(name => name.ToString())];
        }
    }

    /// <summary>What a row is to have.</summary>
    public IReadOnlyList<string> Columns => _row.Columns;

    /// <summary>Takes the values of a row; a missing one is null.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public string? Read(JsonElement row) => _row.Read(row);

    /// <summary>Judges the row that was read.</summary>
    public Judgement Judge()
    {
        float score = 0, pValue = float.NaN;
        bool label = false;
        _score(ref score);
        _label(ref label);
        _pValue?.Invoke(ref pValue);
        Dictionary<string, Contribution>? why = null;
        if (_contributions is not null && float.IsFinite(score))
        {
            float[] nats = [.. _contributions().DenseValues()];
            double[] expected = _expected!();
            why = Enumerable.Range(0, nats.Length).ToDictionary(i => _features[i], i => new Contribution(nats[i], expected[i]));
        }
        return new Judgement(float.IsFinite(score) ? score : null, label, float.IsNaN(pValue) ? null : pValue, why);
    }

    private static Func<VBuffer<T>> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    private static Func<double[]> Doubles<T>(Func<VBuffer<T>> read, Func<T, double> convert) => () => [.. read().DenseValues().Select(convert)];

    /// <summary>The row in front of the pipeline.</summary>
    private sealed class Input : DataViewRow
    {
        private readonly double[] _values;
        private readonly List<DataViewSchema.Column> _columns;
        private long _position;

        public Input(DataViewSchema schema, IReadOnlyList<DataViewSchema.Column> columns)
        {
            if (columns.FirstOrDefault(column => column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double) is { Name: not null } other)
                throw new InvalidDataException($"The detector reads '{other.Name}', a column of the type {other.Type}: this service takes numbers.");
            (Schema, _columns) = (schema, [.. columns]);
            Columns = [.. columns.Select(column => column.Name)];
            _values = new double[columns.Count];
            Array.Fill(_values, double.NaN);
        }

        public IReadOnlyList<string> Columns { get; }

        public override DataViewSchema Schema { get; }

        public override long Position => _position;

        public override long Batch => 0;

        public string? Read(JsonElement row)
        {
            if (row.ValueKind != JsonValueKind.Object)
                return "is no JSON object.";
            for (int i = 0; i < _values.Length; i++)
            {
                if (!row.TryGetProperty(Columns[i], out JsonElement value))
                    return $"lacks '{Columns[i]}': give a number, or null where it is missing.";
                if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
                    return $"has {value.GetRawText()} in '{Columns[i]}', which is to be a number or null.";
                _values[i] = value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
            }
            _position++;
            return null;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => Place(column) >= 0;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int place = Place(column);
            Delegate getter = column.Type == NumberDataViewType.Single
                ? (ValueGetter<float>)((ref float value) => value = (float)_values[place])
                : (ValueGetter<double>)((ref double value) => value = _values[place]);
            return (ValueGetter<TValue>)getter;
        }

        private int Place(DataViewSchema.Column column) => _columns.FindIndex(own => own.Index == column.Index);
    }
}
