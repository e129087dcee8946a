using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>
/// Rows drawn from a flow while they are read, in blocks; each block has a seed of its own, so that every pass over the view
/// gives the same rows.
/// </summary>
internal sealed class SampledView : DrawnView
{
    private readonly FlowModel _model;
    private readonly FlowColumns _columns;
    private readonly SharedEvaluator _evaluator;
    private readonly ulong _seed;
    private readonly int? _state;

    public SampledView(FlowColumns columns, FlowModel model, SharedEvaluator evaluator, long rows, ulong seed, int? state)
        : base(SchemaOf(columns, model), rows)
    {
        _model = model;
        _columns = columns;
        _evaluator = evaluator;
        _seed = seed;
        _state = state;
    }

    protected override DrawnRowCursor CreateCursor(bool[] active) => new Cursor(this, active);

    private static DataViewSchema SchemaOf(FlowColumns columns, FlowModel model)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(columns.Feature, columns.FeatureType(model.Shape.Dimensions), OutputAnnotations.Slots(columns.SlotNames));
        return builder.ToSchema();
    }

    private sealed class Cursor(SampledView view, bool[] active)
        : DrawnRowCursor(view.Schema, active, view.Rows, BatchSizes.Maximum(view._model.Shape.Dimensions))
    {
        private readonly int _dimensions = view._model.Shape.Dimensions;
        private float[] _block = [];

        protected override Delegate Getter(int column) => view._columns.FeatureGetter(Row);

        protected override void Draw(long block, int count)
        {
            if (_block.Length < count * _dimensions)
                _block = new float[count * _dimensions];
            var random = RandomStream.For(view._seed, "sample", (ulong)block);
            view._evaluator.Sample(count, random, view._state, _block.AsSpan(0, count * _dimensions));
            FiniteSamples.Check(_block.AsSpan(0, count * _dimensions), _dimensions);
            foreach (var constant in view._model.Constants)
            {
                for (int row = 0; row < count; row++)
                    _block[row * _dimensions + constant.Feature] = constant.Value;
            }
        }

        private ReadOnlySpan<float> Row()
        {
            int row = RowInBlock();
            return _block.AsSpan(row * _dimensions, _dimensions);
        }
    }
}
