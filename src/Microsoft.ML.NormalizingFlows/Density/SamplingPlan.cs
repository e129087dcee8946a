using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Draws the features of each row of a table given its context. What is drawn follows from the seed and the row's id: every pass gives the same.</summary>
internal sealed class SamplingPlan : ScoringPlan
{
    private readonly NormalizingVariationalFlowTransformer _flow;
    private readonly RowColumn _context;
    private readonly ulong _seed;
    private readonly int? _state;

    /// <param name="input">Of the table.</param>
    /// <param name="flow">One that is given a context.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="state">The latent state of all rows; null draws it.</param>
    public SamplingPlan(DataViewSchema input, NormalizingVariationalFlowTransformer flow, ulong seed, int? state)
        : base(input, [new AddedColumn(flow.Columns.Feature, flow.Columns.FeatureType(flow.Dimensions), OutputAnnotations.Slots(flow.Columns.SlotNames))])
    {
        flow.Evaluator.ThrowIfDisposed();
        (_flow, _seed, _state) = (flow, seed, state);
        _context = flow.Columns.Context!.Find(input);
    }

    public override int Width => _flow.Model.Shape.Width;

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) => new Batch(this, source);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _context.Column.Index;

    private sealed class Batch(SamplingPlan plan, DataViewRow source) : ScoredBatch
    {
        private readonly int _dimensions = plan._flow.Dimensions, _width = plan.Width;
        private readonly ReadFeatures _read = plan._context.Reader(source);
        private readonly ValueGetter<DataViewRowId> _readId = source.GetIdGetter();
        private readonly List<RandomStream> _streams = [];
        private float[] _rows = [];
        private int _count;
        private bool _isDrawn;

        public override void Clear(int capacity)
        {
            _count = 0;
            _isDrawn = false;
            _streams.Clear();
            if (_rows.Length < capacity * _width)
                _rows = new float[capacity * _width];
        }

        public override void Add()
        {
            DataViewRowId id = default;
            _readId(ref id);
            _read(_rows.AsSpan(_count++ * _width + _dimensions, _width - _dimensions));
            _streams.Add(RandomStream.For(RandomStream.Derive(plan._seed, "sample given a context", id.High), "row", id.Low));
        }

        public override Delegate Getter(int added, Func<int> row) => plan._flow.Columns.FeatureGetter(() => Features(row()));

        private ReadOnlySpan<float> Features(int row)
        {
            if (!_isDrawn)
                Draw();
            return _rows.AsSpan(row * _width, _dimensions);
        }

        // Rows whose context is missing have no features.
        private void Draw()
        {
            int[] rows = [.. Enumerable.Range(0, _count).Where(row => FiniteRows.FirstNonFinite(Context(row)) < 0)];
            var drawn = new float[rows.Length * _width];
            for (int i = 0; i < rows.Length; i++)
                _rows.AsSpan(rows[i] * _width, _width).CopyTo(drawn.AsSpan(i * _width));
            plan._flow.Evaluator.Sample(rows.Length, RowStreams.Each([.. rows.Select(row => _streams[row])]), plan._state, drawn);
            FiniteSamples.Check(drawn, _width);
            for (int row = 0; row < _count; row++)
                _rows.AsSpan(row * _width, _dimensions).Fill(float.NaN);
            for (int i = 0; i < rows.Length; i++)
            {
                var features = drawn.AsSpan(i * _width, _dimensions);
                foreach (var constant in plan._flow.Model.Constants)
                    features[constant.Feature] = constant.Value;
                features.CopyTo(_rows.AsSpan(rows[i] * _width));
            }
            _isDrawn = true;
        }

        private ReadOnlySpan<float> Context(int row) => _rows.AsSpan(row * _width + _dimensions, _width - _dimensions);
    }
}
