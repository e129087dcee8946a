using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Draws the features of each row of a table given its context, its latent, or both. See <see cref="DrawnBatch"/>.</summary>
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

    private sealed class Batch(SamplingPlan plan, DataViewRow source) : DrawnBatch(source, plan._seed, "sample given a context")
    {
        private readonly int _dimensions = plan._flow.Dimensions, _width = plan.Width, _own = plan._flow.Model.Shape.Width;
        private readonly ReadFeatures? _readContext = plan._context?.Reader(source), _readLatent = plan._latent?.Reader(source);
        private float[] _rows = [];

        public override Delegate Getter(int added, Func<int> row) => plan._flow.Columns.FeatureGetter(() => Features(row()));

        protected override void Reserve(int capacity)
        {
            if (_rows.Length < capacity * _width)
                _rows = new float[capacity * _width];
        }

        protected override void Read(int row)
        {
            var values = _rows.AsSpan(row * _width, _width);
            _readContext?.Invoke(values[_dimensions.._own]);
            _readLatent?.Invoke(values[_own..]);
        }

        private ReadOnlySpan<float> Features(int row)
        {
            EnsureDrawn();
            return _rows.AsSpan(row * _width, _dimensions);
        }

        // Rows whose context or latent is missing have no features.
        protected override void Draw(IReadOnlyList<RandomStream> streams)
        {
            int[] rows = [.. Enumerable.Range(0, Count).Where(row => FiniteRows.FirstNonFinite(Given(row)) < 0)];
            int latent = _width - _own;
            float[] drawn = new float[rows.Length * _own], latents = new float[rows.Length * latent];
            for (int i = 0; i < rows.Length; i++)
            {
                _rows.AsSpan(rows[i] * _width, _own).CopyTo(drawn.AsSpan(i * _own));
                _rows.AsSpan(rows[i] * _width + _own, latent).CopyTo(latents.AsSpan(i * latent));
            }
            plan._flow.Evaluator.Sample(rows.Length, RowStreams.Each([.. rows.Select(row => streams[row])]), plan._state, drawn, latents);
            FiniteSamples.Check(drawn, _own);
            for (int row = 0; row < Count; row++)
                _rows.AsSpan(row * _width, _dimensions).Fill(float.NaN);
            for (int i = 0; i < rows.Length; i++)
            {
                var features = drawn.AsSpan(i * _own, _dimensions);
                foreach (var constant in plan._flow.Model.Constants)
                    features[constant.Feature] = constant.Value;
                features.CopyTo(_rows.AsSpan(rows[i] * _width));
            }
        }

        private ReadOnlySpan<float> Given(int row) => _rows.AsSpan(row * _width + _dimensions, _width - _dimensions);
    }
}
