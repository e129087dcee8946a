using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Scoring;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Managed.Learning;

/// <summary>
/// Trains a flow on the CPU without TorchSharp. A batch is cut into panels, which threads share out by number; each thread
/// adds to a gradient of its own, and these are added in order: the same number of threads gives the same result to the
/// last bit. Once warm, a step on one thread allocates nothing.
/// </summary>
internal sealed class ManagedLearner<T> : IFlowLearner where T : unmanaged, ILanes<T>
{
    /// <summary>Vectors shorter than this are passed over faster by one thread than shared out.</summary>
    private const int WorthSharing = 1 << 19;

    private readonly ManagedModel<T> _model;
    private readonly LearnerSettings _settings;
    private readonly WorkerTeam _team;
    private readonly LearningWork<T>[] _work;
    private readonly MixtureObjective<T> _mixture;
    private readonly ClusterObjective<T>? _clusters;
    private readonly GumbelObjective<T> _gumbel;
    private readonly MixtureLatentObjective<T> _gaussians;
    private readonly AlignedArray _mean, _square, _returnScratch;
    private readonly Action<int> _addPanels, _addGradients, _update;
    private long _steps;

    // The step that the team works on.
    private PanelObjective<T> _objective;
    private float[] _rows = [];
    private float[] _uniforms = [];
    private int _count, _panelRows;
    private uint? _dropoutSeed;
    private AdamStep _adam;

    public ManagedLearner(ManagedModel<T> model, LearnerSettings settings, int threads)
    {
        _model = model;
        _settings = settings;
        _team = new WorkerTeam(threads);
        _work = [.. Enumerable.Range(0, threads).Select(_ => new LearningWork<T>(model))];
        _mixture = new MixtureObjective<T>(model);
        _clusters = settings.Centers is null ? null : new ClusterObjective<T>(model, settings.Centers);
        _gumbel = new GumbelObjective<T>(model);
        _gaussians = new MixtureLatentObjective<T>(model);
        _objective = _mixture;
        int length = model.Values.Learned.Length;
        _mean = new AlignedArray(length);
        _square = new AlignedArray(length);
        _returnScratch = new AlignedArray(model.Flow.ReturnScratchLength);
        _addPanels = AddPanels;
        _addGradients = AddGradients;
        _update = Update;
        Evaluator = new ManagedEvaluator<T>(model, threads);
    }

    public IFlowEvaluator Evaluator { get; }

    public long Parameters => _model.Flow.Map.Count;

    public double Step(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed, double learningRate)
    {
        double loss = Differentiate(phase, rows, count, noise, dropoutSeed);
        var gradient = _work[0].Gradient.Learned;
        double norm = Math.Sqrt(AdamKernel<T>.SquaredNorm(gradient));
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            return double.NaN;
        _steps++;
        _adam = new AdamStep(_steps, learningRate, _settings.WeightDecay, norm, _settings.GradientClip);
        Share(_update, gradient.Length);
        _model.Flow.Derive(_model.Values);
        return loss;
    }

    /// <summary>The loss of rows, as <see cref="Step"/> returns it; the gradient by all that is learned is kept.</summary>
    public double Differentiate(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed)
    {
        Prepare(phase, rows, count, noise, dropoutSeed);
        _team.Run(_addPanels);
        var total = _work[0].Gradient;
        if (_team.Size > 1)
            Share(_addGradients, total.Learned.Length);
        // The log-density of each row counts -1 / B, and all linear maps have their log-determinant in each of them.
        _model.Flow.Return(_model.Values, total, -1, _returnScratch.Span);
        double loss = 0;
        foreach (var work in _work)
            loss += work.Loss;
        return loss / count;
    }

    /// <summary>The gradient that <see cref="Differentiate"/> left, by the names of the values.</summary>
    public IEnumerable<NamedArray> ExtractGradient() => _model.Flow.Map.Extract(_work[0].Gradient.Learned);

    public IReadOnlyList<NamedArray> ExtractWeights() => _model.Extract();

    public IReadOnlyList<NamedArray> ExtractOptimizerState() =>
    [
        new(OptimizerNames.Steps, [], [_steps]),
        .. _model.Flow.Map.Extract(_mean.Span, OptimizerNames.Mean),
        .. _model.Flow.Map.Extract(_square.Span, OptimizerNames.Square),
    ];

    public void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState)
    {
        _model.Load(weights.ToDictionary(array => array.Name));
        var state = optimizerState.ToDictionary(array => array.Name);
        _model.Flow.Map.Load(state, _mean.Span, OptimizerNames.Mean);
        _model.Flow.Map.Load(state, _square.Span, OptimizerNames.Square);
        _steps = (long)NamedArrays.Find(state, OptimizerNames.Steps, []).Values[0];
    }

    public void Dispose()
    {
        Evaluator.Dispose();
        _team.Dispose();
    }

    private void Prepare(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed)
    {
        var spec = _model.Spec;
        _objective = phase switch
        {
            LearningPhase.Clusters => _clusters ?? throw new InvalidOperationException("Learning clusters needs their centers."),
            LearningPhase.MixtureLatent => _gaussians,
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
        // As many panels for each thread, all about as large.
        int panels = Lengths.RoundUp((count + Panel.Columns - 1) / Panel.Columns, _team.Size);
        _panelRows = Math.Min(Panel.Columns, Lengths.RoundUp((count + panels - 1) / panels, T.Count));
    }

    private Span<float> Uniforms(int count)
    {
        if (_uniforms.Length < count)
            _uniforms = new float[count];
        return _uniforms.AsSpan(0, count);
    }

    private void AddPanels(int thread)
    {
        var work = _work[thread];
        work.Clear();
        for (int start = thread * _panelRows; start < _count; start += _team.Size * _panelRows)
        {
            work.Load(_rows, _count, start, Math.Min(_panelRows, _count - start));
            _objective.Add(work, _uniforms, _dropoutSeed);
        }
    }

    private void AddGradients(int thread)
    {
        var total = _work[0].Gradient;
        var learned = Part(total.Learned.Length, thread);
        var derived = Part(total.Derived.Length, thread);
        for (int i = 1; i < _work.Length; i++)
        {
            TensorPrimitives.Add(total.Learned[learned], _work[i].Gradient.Learned[learned], total.Learned[learned]);
            TensorPrimitives.Add(total.Derived[derived], _work[i].Gradient.Derived[derived], total.Derived[derived]);
        }
    }

    private void Update(int thread)
    {
        var part = Part(_model.Flow.LearnedLength, thread);
        AdamKernel<T>.Update(_adam, _model.Values.Learned[part], _work[0].Gradient.Learned[part], _mean.Span[part], _square.Span[part]);
    }

    // Runs work on all parts of vectors, on all threads where they are long.
    private void Share(Action<int> work, int length)
    {
        if (length >= WorthSharing)
        {
            _team.Run(work);
            return;
        }
        for (int thread = 0; thread < _team.Size; thread++)
            work(thread);
    }

    private Range Part(int length, int thread)
    {
        int share = Lengths.RoundUp((length + _team.Size - 1) / _team.Size, T.Count);
        return Math.Min(length, thread * share)..Math.Min(length, (thread + 1) * share);
    }
}
