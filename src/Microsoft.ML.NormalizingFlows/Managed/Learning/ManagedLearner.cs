using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Managed.Scoring;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>Trains a flow on the CPU without TorchSharp.</summary>
internal sealed class ManagedLearner<T> : PanelLearner<T>, IFlowLearner where T : unmanaged, ILanes<T>
{
    private readonly ManagedModel<T> _model;
    private readonly LearningWork<T>[] _work;
    private readonly MixtureObjective<T> _mixture;
    private readonly ClusterObjective<T>? _clusters;
    private readonly SurfaceObjective<T>? _surface;
    private readonly GumbelObjective<T> _gumbel;
    private readonly MixtureLatentObjective<T> _gaussians;
    private readonly ContinuousObjective<T> _continuous;
    private readonly LearnerSettings _settings;
    private readonly AlignedArray _returnScratch;

    // The step that the team works on.
    private PanelObjective<T> _objective;
    private float[] _rows = [];
    private float[] _uniforms = [];
    private int _count;
    private uint? _dropoutSeed;

    public ManagedLearner(ManagedModel<T> model, LearnerSettings settings, int threads)
        : base(model.Values, settings.WeightDecay, settings.GradientClip, threads, settings.Group)
    {
        _model = model;
        _settings = settings;
        _work = [.. Enumerable.Range(0, threads).Select(_ => new LearningWork<T>(model))];
        _mixture = new MixtureObjective<T>(model);
        _clusters = settings is { Centers: { } centers, Coordinates: null } ? new ClusterObjective<T>(model, centers) : null;
        _surface = settings is { Centers: { } points, Coordinates: { } coordinates } ? new SurfaceObjective<T>(model, points, coordinates) : null;
        _gumbel = new GumbelObjective<T>(model);
        _gaussians = new MixtureLatentObjective<T>(model);
        _continuous = new ContinuousObjective<T>(model);
        _objective = _mixture;
        _returnScratch = new AlignedArray(model.Flow.ReturnScratchLength);
        Evaluator = new ManagedEvaluator<T>(model, threads);
    }

    public IFlowEvaluator Evaluator { get; }

    public double DivergenceWeight
    {
        get => _continuous.DivergenceWeight;
        set => _continuous.DivergenceWeight = (float)value;
    }

    public long Parameters => _model.Flow.Map.Count;

    public double Step(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed, double learningRate) =>
        Descend(Differentiate(phase, rows, count, noise, dropoutSeed), learningRate);

    /// <summary>The loss of rows, as <see cref="Step"/> returns it; the gradient by all that is learned is kept.</summary>
    public double Differentiate(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed)
    {
        Prepare(phase, rows, count, noise, dropoutSeed);
        return Differentiate(count);
    }

    /// <summary>The gradient that <see cref="Differentiate"/> left, by the names of the values.</summary>
    public IEnumerable<NamedArray> ExtractGradient() => _model.Flow.Map.Extract(_work[0].Gradient.Learned);

    public IReadOnlyList<NamedArray> ExtractWeights() => _model.Extract();

    public IReadOnlyList<NamedArray> ExtractOptimizerState() =>
    [
        new(OptimizerNames.Steps, [], [Steps]),
        .. _model.Flow.Map.Extract(Mean.Span, OptimizerNames.Mean),
        .. _model.Flow.Map.Extract(Square.Span, OptimizerNames.Square),
    ];

    public void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState)
    {
        _model.Load(weights.ToDictionary(array => array.Name));
        var state = optimizerState.ToDictionary(array => array.Name);
        _model.Flow.Map.Load(state, Mean.Span, OptimizerNames.Mean);
        _model.Flow.Map.Load(state, Square.Span, OptimizerNames.Square);
        Steps = (long)NamedArrays.Find(state, OptimizerNames.Steps, []).Values[0];
    }

    public override void Dispose()
    {
        Evaluator.Dispose();
        base.Dispose();
    }

    protected override FlowVectors Gradient(int thread) => _work[thread].Gradient;

    protected override double Loss(int thread) => _work[thread].Loss;

    protected override void Clear(int thread) => _work[thread].Clear();

    protected override void AddPanel(int thread, int start, int count)
    {
        _work[thread].Load(_rows, _count, start, count);
        _objective.Add(_work[thread], _uniforms, _dropoutSeed);
    }

    // The log-density of each row counts -1 / B, and all linear maps have their log-determinant in each of them.
    protected override void Return(FlowVectors gradient) => _model.Flow.Return(_model.Values, gradient, -1, _returnScratch.Span);

    protected override void Derive() => _model.Flow.Derive(_model.Values);

    private void Prepare(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed)
    {
        var spec = _model.Spec;
        _objective = phase switch
        {
            LearningPhase.Clusters => _clusters ?? throw new InvalidOperationException("Learning clusters needs their centers."),
            LearningPhase.Surface => _surface ?? throw new InvalidOperationException("Learning a surface needs centers and their coordinates."),
            LearningPhase.MixtureLatent => _gaussians,
            LearningPhase.ContinuousLatent => _continuous,
            LearningPhase.GumbelSoftmax => spec.Latent is DiscreteLatentSpec ? _gumbel : _mixture,
            LearningPhase.ExactMixture => _mixture,
            _ => throw new ArgumentOutOfRangeException(nameof(phase), $"{phase} is no phase of learning."),
        };
        _count = count;
        if (_rows.Length < rows.Length)
            _rows = new float[rows.Length];
        rows.CopyTo(_rows);
        _dropoutSeed = _settings.Dropout > 0 ? dropoutSeed : null;
        if (_objective == _gumbel)
            noise.FillUniform(Uniforms(count * spec.States), 1e-6f, 1 - 1e-6f);
        else if (_objective == _gaussians)
            noise.FillUniform(Uniforms(count));
        else if (_objective == _continuous)
            noise.FillNormal(Uniforms(count * spec.Latent.Dimensions));
    }

    private Span<float> Uniforms(int count)
    {
        if (_uniforms.Length < count)
            _uniforms = new float[count];
        return _uniforms.AsSpan(0, count);
    }
}
