using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Draws the features of each row of a table given its context, its latent, or both. What is drawn follows from the seed and the row's id: every pass gives the same.</summary>
internal sealed class SamplingPlan : ScoringPlan
{
    private readonly NormalizingVariationalFlowTransformer _flow;
    private readonly RowColumn? _context, _latent;
    private readonly ulong _seed;
    private readonly int? _state;

    /// <param name="input">Of the table.</param>
    /// <param name="flow">One that is given a context, or has a continuous latent.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="state">The latent state of all rows; null draws it.</param>
    /// <param name="latentColumn">The column with the continuous latent of each row; null draws it.</param>
    public SamplingPlan(DataViewSchema input, NormalizingVariationalFlowTransformer flow, ulong seed, int? state, string? latentColumn = null)
        : base(input, [new AddedColumn(flow.Columns.Feature, flow.Columns.FeatureType(flow.Dimensions), OutputAnnotations.Slots(flow.Columns.SlotNames))])
    {
        flow.Evaluator.ThrowIfDisposed();
        (_flow, _seed, _state) = (flow, seed, state);
        _context = flow.Columns.Context?.Find(input);
        int latent = flow.Model.Shape.Latent;
        _latent = latentColumn is null ? null : new RowColumn(FeatureColumn.FindLatent(input, latentColumn, latent), FeatureOrigin.Of(new double[latent]));
    }

    /// <summary>D + C, and what is given of the latent behind them.</summary>
    public override int Width => _flow.Model.Shape.Width + (_latent?.Size ?? 0);

    public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) => new Batch(this, source);

    protected override bool Reads(DataViewSchema.Column column) => column.Index == _context?.Column.Index || column.Index == _latent?.Column.Index;

    private sealed class Batch(SamplingPlan plan, DataViewRow source) : ScoredBatch
    {
        private readonly int _dimensions = plan._flow.Dimensions, _width = plan.Width, _own = plan._flow.Model.Shape.Width;
        private readonly ReadFeatures? _readContext = plan._context?.Reader(source), _readLatent = plan._latent?.Reader(source);
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
            var row = _rows.AsSpan(_count++ * _width, _width);
            _readContext?.Invoke(row[_dimensions.._own]);
            _readLatent?.Invoke(row[_own..]);
            _streams.Add(RandomStream.For(RandomStream.Derive(plan._seed, "sample given a context", id.High), "row", id.Low));
        }

        public override Delegate Getter(int added, Func<int> row) => plan._flow.Columns.FeatureGetter(() => Features(row()));

        private ReadOnlySpan<float> Features(int row)
        {
            if (!_isDrawn)
                Draw();
            return _rows.AsSpan(row * _width, _dimensions);
        }

        // Rows whose context or latent is missing have no features.
        private void Draw()
        {
            int[] rows = [.. Enumerable.Range(0, _count).Where(row => FiniteRows.FirstNonFinite(Given(row)) < 0)];
            int latent = _width - _own;
            float[] drawn = new float[rows.Length * _own], latents = new float[rows.Length * latent];
            for (int i = 0; i < rows.Length; i++)
            {
                _rows.AsSpan(rows[i] * _width, _own).CopyTo(drawn.AsSpan(i * _own));
                _rows.AsSpan(rows[i] * _width + _own, latent).CopyTo(latents.AsSpan(i * latent));
            }
            plan._flow.Evaluator.Sample(rows.Length, RowStreams.Each([.. rows.Select(row => _streams[row])]), plan._state, drawn, latents);
            FiniteSamples.Check(drawn, _own);
            for (int row = 0; row < _count; row++)
                _rows.AsSpan(row * _width, _dimensions).Fill(float.NaN);
            for (int i = 0; i < rows.Length; i++)
            {
                var features = drawn.AsSpan(i * _own, _dimensions);
                foreach (var constant in plan._flow.Model.Constants)
                    features[constant.Feature] = constant.Value;
                features.CopyTo(_rows.AsSpan(rows[i] * _width));
            }
            _isDrawn = true;
        }

        private ReadOnlySpan<float> Given(int row) => _rows.AsSpan(row * _width + _dimensions, _width - _dimensions);
    }
}
