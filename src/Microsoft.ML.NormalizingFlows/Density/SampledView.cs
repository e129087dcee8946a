using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// Rows drawn from a flow while they are read, in blocks; each block has a seed of its own, so that every pass over the view
/// gives the same rows.
/// </summary>
internal sealed class SampledView : IDataView
{
    private readonly FlowShape _shape;
    private readonly SharedEvaluator _evaluator;
    private readonly long _rows;
    private readonly ulong _seed;
    private readonly int? _state;

    public SampledView(FlowColumns columns, FlowShape shape, SharedEvaluator evaluator, long rows, ulong seed, int? state)
    {
        _shape = shape;
        _evaluator = evaluator;
        _rows = rows;
        _seed = seed;
        _state = state;
        DataViewType type = columns.FeatureIsScalar
            ? NumberDataViewType.Single
            : new VectorDataViewType(NumberDataViewType.Single, shape.Dimensions);
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

    private sealed class Cursor(SampledView view, bool[] active)
        : DrawnRowCursor(view.Schema, active, view._rows, BatchSizes.Maximum(view._shape.Dimensions))
    {
        private readonly int _dimensions = view._shape.Dimensions;
        private float[] _block = [];

        protected override Delegate Getter(int column) => Schema[column].Type is VectorDataViewType
            ? (ValueGetter<VBuffer<float>>)Vector
            : (ValueGetter<float>)((ref float value) => value = Row()[0]);

        protected override void Draw(long block, int count)
        {
            if (_block.Length < count * _dimensions)
                _block = new float[count * _dimensions];
            var random = RandomStream.For(view._seed, "sample", (ulong)block);
            view._evaluator.Sample(count, random, view._state, _block.AsSpan(0, count * _dimensions));
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
            int row = RowInBlock();
            return _block.AsSpan(row * _dimensions, _dimensions);
        }
    }
}
