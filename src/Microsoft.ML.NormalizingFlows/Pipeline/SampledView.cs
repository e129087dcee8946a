using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>
/// Rows drawn from a flow while they are read, in blocks; each block has a seed of its own, so that every pass over the view
/// gives the same rows.
/// </summary>
internal sealed class SampledView : IDataView
{
    private readonly FlowArchitecture _architecture;
    private readonly SharedEvaluator _evaluator;
    private readonly long _rows;
    private readonly ulong _seed;
    private readonly int? _state;

    public SampledView(FlowColumns columns, FlowArchitecture architecture, SharedEvaluator evaluator, long rows, ulong seed, int? state)
    {
        _architecture = architecture;
        _evaluator = evaluator;
        _rows = rows;
        _seed = seed;
        _state = state;
        DataViewType type = columns.FeatureIsScalar
            ? NumberDataViewType.Single
            : new VectorDataViewType(NumberDataViewType.Single, architecture.Dimensions);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(columns.Feature, type, OutputAnnotations.Slots(columns.SlotNames));
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return new Cursor(this, [columnsNeeded.Any(column => column.Index == 0)]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(SampledView view, bool[] active) : DataViewRowCursor
    {
        private readonly int _dimensions = view._architecture.Dimensions;
        private readonly int _blockRows = BatchSizes.Largest(view._architecture.Dimensions);
        private float[] _block = [];
        private long _blockNumber = -1;
        private long _position = -1;
        private bool _ended;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (!_ended && ++_position < view._rows)
                return true;
            _ended = true;
            _position = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.IsActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
        {
            ThrowIfNoRow();
            value = new DataViewRowId((ulong)_position, 0);
        };

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            active.ThrowIfInactive(column);
            Delegate getter = Schema[0].Type is VectorDataViewType
                ? (ValueGetter<VBuffer<float>>)Vector
                : (ValueGetter<float>)((ref float value) => value = Row()[0]);
            return Getters.As<TValue>(getter, column.Name, column.Type);
        }

        protected override void Dispose(bool disposing)
        {
            _ended = true;
            _position = -1;
            base.Dispose(disposing);
        }

        private void Vector(ref VBuffer<float> value)
        {
            var row = Row();
            var editor = VBufferEditor.Create(ref value, _dimensions);
            row.CopyTo(editor.Values);
            value = editor.Commit();
        }

        private ReadOnlySpan<float> Row()
        {
            ThrowIfNoRow();
            var (number, row) = Math.DivRem(_position, _blockRows);
            if (number != _blockNumber)
                Draw(number);
            return _block.AsSpan((int)row * _dimensions, _dimensions);
        }

        private void Draw(long number)
        {
            int count = (int)Math.Min(_blockRows, view._rows - number * _blockRows);
            if (_block.Length < count * _dimensions)
                _block = new float[count * _dimensions];
            var random = RandomStream.For(view._seed, "sample", (ulong)number);
            view._evaluator.Sample(count, random, view._state, _block.AsSpan(0, count * _dimensions));
            _blockNumber = number;
        }

        private void ThrowIfNoRow()
        {
            if (_position < 0)
                throw Getters.NoCurrentRow();
        }
    }
}
