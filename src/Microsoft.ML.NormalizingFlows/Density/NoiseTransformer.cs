using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Onnx;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Makes rows of noise: adds the features that a flow carries it to.</summary>
/// <param name="flow">Whose rows; disposed of by its owner.</param>
/// <param name="noise">The column of noise, (D + 1).</param>
/// <param name="device">Where to compute.</param>
internal sealed class NoiseTransformer(NormalizingVariationalFlowTransformer flow, string noise, ComputeDevice device) : RowScoringTransformer(new ModelHeader("NVF NOIS", "NormVarFlowNoise"))
{
    private readonly NoiseChoice _choice = new(flow.Model);
    private readonly Lazy<IInvertibleEvaluator[]> _evaluators = new(() => [.. flow.Model.Members.Select(member => (IInvertibleEvaluator)FlowEngines.CreateEvaluator(member, device))]);

    public override void Dispose()
    {
        if (!_evaluators.IsValueCreated)
            return;
        foreach (var evaluator in _evaluators.Value)
            evaluator.Dispose();
    }

    private protected override ScoringPlan Plan(DataViewSchema input)
    {
        flow.Evaluator.ThrowIfDisposed();
        return new NoisePlan(this, input);
    }

    private protected override void Write(BinaryWriter writer) =>
        throw new NotSupportedException("What makes rows of noise is not saved: save the model that it came from, or write it as ONNX.");

    private sealed class NoisePlan : ScoringPlan
    {
        private readonly NoiseTransformer _owner;
        private readonly RowColumn _noise;
        private readonly RowColumn? _context;

        public NoisePlan(NoiseTransformer owner, DataViewSchema input)
            : base(input, [new AddedColumn(owner.Flow.Columns.Feature, owner.Flow.Columns.FeatureType(owner.Flow.Dimensions), OutputAnnotations.Slots(owner.Flow.Columns.SlotNames))])
        {
            _owner = owner;
            int size = owner.Flow.Dimensions + 1;
            var column = FeatureColumn.Find(input, owner.Noise);
            if (column.Type is not VectorDataViewType { Size: var found } vector || found != size || !vector.ItemType.Equals(NumberDataViewType.Single))
                throw new ArgumentOutOfRangeException(nameof(input), FormattableString.Invariant($"The noise column '{owner.Noise}' is {column.Type}, but must be a vector of {size} values of Single: a number in [0, 1), then {size - 1} standard normal ones."));
            _noise = new RowColumn(column, FeatureOrigin.Of(new double[size]));
            _context = owner.Flow.Columns.Context?.Find(input);
        }

        private FlowModel Model => _owner.Flow.Model;

        public override int Width => Model.Shape.Width + 1;

        public override ScoredBatch CreateBatch(DataViewRow source, bool[] active) => new Batch(this, _noise.Reader(source), _context?.Reader(source));

        public override void WriteOnnx(OnnxGraph graph)
        {
            int d = Model.Shape.Dimensions;
            var columns = _owner.Flow.Columns;
            var noise = graph.Column(_noise.Column.Name);
            var (member, state, component) = _owner._choice.Write(noise.Slice(0, 1, 1));
            var normals = noise.Slice(1, d, 1);
            (OnnxValue Rows, OnnxValue IsComplete)? context = _context is null ? null : FlowScoringPlan.InputOf(graph, _context).Read();
            OnnxValue? rows = null;
            for (int m = 0; m < Model.Members.Count; m++)
            {
                var own = new FlowWriter(graph, Model.Members[m]).Draw(normals, state, component, context?.Rows);
                rows = rows is { } before ? graph.Node("Equal", [member, graph.Constant([(long)m], 1)]).Choose(own, before) : own;
            }
            var features = rows!.Value;
            if (Model.Constants.Count > 0)
            {
                float[] values = new float[d], isConstant = new float[d];
                foreach (var (feature, value) in Model.Constants)
                    (values[feature], isConstant[feature]) = (value, 1);
                features = graph.Constant(isConstant, d).As<bool>().Choose(graph.Constant(values, d), features);
            }
            if (context is { } given)
                features = given.IsComplete.Choose(features, graph.Constant(float.NaN));
            if (columns.FeatureIsDouble || columns.OriginOf(d).Any(origin => origin != 0))
            {
                var wide = features.As<double>() + graph.Constant(columns.OriginOf(d), d);
                features = columns.FeatureIsDouble ? wide : wide.As<float>();
            }
            graph.SetColumn(columns.Feature, columns.FeatureType(d), features);
        }

        protected override bool Reads(DataViewSchema.Column column) => column.Index == _noise.Column.Index || column.Index == _context?.Column.Index;

        private sealed class Batch(NoisePlan plan, ReadFeatures readNoise, ReadFeatures? readContext) : ScoredBatch
        {
            private readonly int _dimensions = plan.Model.Shape.Dimensions, _width = plan.Model.Shape.Width;
            private float[] _noise = [], _rows = [];
            private int _count;
            private bool _isMade;

            public override void Clear(int capacity)
            {
                (_count, _isMade) = (0, false);
                if (_rows.Length < capacity * _width)
                    (_noise, _rows) = (new float[capacity * (_dimensions + 1)], new float[capacity * _width]);
            }

            public override void Add()
            {
                readNoise(_noise.AsSpan(_count * (_dimensions + 1), _dimensions + 1));
                readContext?.Invoke(_rows.AsSpan(_count * _width + _dimensions, _width - _dimensions));
                _count++;
            }

            public override Delegate Getter(int added, Func<int> row) => plan._owner.Flow.Columns.FeatureGetter(() =>
            {
                if (!_isMade)
                    Make();
                return _rows.AsSpan(row() * _width, _dimensions);
            });

            // The rows of each flow together; what is incomplete stays so.
            private void Make()
            {
                for (int m = 0; m < plan.Model.Members.Count; m++)
                {
                    var member = plan.Model.Members[m];
                    int[] own = [.. Enumerable.Range(0, _count).Where(row => plan._owner._choice[Noise(row)[0]].Member == m && FiniteRows.FirstNonFinite(Noise(row)) < 0 && FiniteRows.FirstNonFinite(Context(row)) < 0)];
                    var points = new float[own.Length * _width];
                    var states = new int[own.Length];
                    for (int i = 0; i < own.Length; i++)
                    {
                        var (_, state, component) = plan._owner._choice[Noise(own[i])[0]];
                        states[i] = state;
                        FlowWriter.Point(member, component, Noise(own[i])[1..], points.AsSpan(i * _width, _dimensions));
                        Context(own[i]).CopyTo(points.AsSpan(i * _width + _dimensions));
                    }
                    plan._owner._evaluators.Value[m].Invert(states, points);
                    for (int i = 0; i < own.Length; i++)
                        points.AsSpan(i * _width, _dimensions).CopyTo(_rows.AsSpan(own[i] * _width));
                }
                for (int row = 0; row < _count; row++)
                {
                    foreach (var constant in plan.Model.Constants)
                        _rows[row * _width + constant.Feature] = constant.Value;
                    if (FiniteRows.FirstNonFinite(Noise(row)) >= 0 || FiniteRows.FirstNonFinite(Context(row)) >= 0)
                        _rows.AsSpan(row * _width, _dimensions).Fill(float.NaN);
                }
                _isMade = true;
            }

            private ReadOnlySpan<float> Noise(int row) => _noise.AsSpan(row * (_dimensions + 1), _dimensions + 1);

            private ReadOnlySpan<float> Context(int row) => _rows.AsSpan(row * _width + _dimensions, _width - _dimensions);
        }
    }

    private NormalizingVariationalFlowTransformer Flow => flow;

    private string Noise => noise;
}
