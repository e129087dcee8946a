using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Cells;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis;

/// <summary>Rows of a table whose missing values are drawn given the others. A row is drawn by the seed of its id, in whatever order rows are read.</summary>
internal sealed class ImputedBatch : ScoredBatch
{
    private readonly TableCodec _codec;
    private readonly SamplingWatch _watch;
    private readonly DataViewSchema.Column?[] _present;
    private readonly ulong _seed;
    private readonly RowImputation _imputation;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly Func<double>?[] _readers;
    private readonly ColumnBuffer?[] _originals;
    private double[] _values = [];
    private bool[] _isMissing = [];
    private ulong[] _seeds = [];
    private int _count;
    private long _before;
    private bool _isDrawn;

    /// <param name="source">Stands on the rows.</param>
    /// <param name="present">The learned columns that the source has.</param>
    /// <param name="codec">Makes cells of rows, and rows of cells.</param>
    /// <param name="evaluator">Draws cells.</param>
    /// <param name="seed">Of all rows.</param>
    /// <param name="watch">Follows the pass.</param>
    public ImputedBatch(
        DataViewRow source, DataViewSchema.Column?[] present, TableCodec codec, ICellEvaluator evaluator, ulong seed, SamplingWatch watch)
    {
        (_codec, _seed, _watch, _present) = (codec, seed, watch, present);
        _imputation = new RowImputation(codec, evaluator, [.. present.Select(column => column is not null)]);
        _readId = source.GetIdGetter();
        _readers = [.. codec.Columns.Zip(present, (column, own) => own is null ? null : column.Reader(source, learns: false))];
        _originals = [.. present.Select(own => own is { } column ? ColumnBuffer.Create(source, source.Schema[column.Index]) : null)];
    }

    private int Columns => _readers.Length;

    public override void Clear(int capacity)
    {
        _before += _count;
        _count = 0;
        _isDrawn = false;
        if (capacity <= _seeds.Length)
            return;
        (_values, _isMissing, _seeds) = (new double[capacity * Columns], new bool[capacity * Columns], new ulong[capacity]);
        foreach (var original in _originals)
            original?.Resize(capacity);
    }

    public override void Add()
    {
        DataViewRowId id = default;
        _readId(ref id);
        _seeds[_count] = RandomStream.Derive(RandomStream.Derive(_seed, "row", id.Low), "row", id.High);
        for (int i = 0; i < Columns; i++)
        {
            double value = _readers[i]?.Invoke() ?? double.NaN;
            (_values[_count * Columns + i], _isMissing[_count * Columns + i]) = (value, double.IsNaN(value));
            _originals[i]?.Read(_count);
        }
        _count++;
    }

    public override Delegate Getter(int added, Func<int> row)
    {
        var column = _codec.Columns[added];
        if (_originals[added] is not { } original)
            return column.Getter(() => Value(row(), added));
        var type = _present[added]!.Value.Type;
        return ValueForm.OfRaw(type.RawType).Either(() => _isMissing[row() * Columns + added], column.Getter(() => Value(row(), added), type), original.Getter(row));
    }

    private double Value(int row, int column)
    {
        Draw();
        return _values[row * Columns + column];
    }

    private void Draw()
    {
        if (_isDrawn)
            return;
        _watch.Start();
        _imputation.Run(_values.AsMemory(0, _count * Columns), _seeds, _before);
        _isDrawn = true;
        _watch.Report(_before + _count);
    }
}
