using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using Microsoft.ML.NormalizingFlows.Torch.Objectives;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>Trains a flow in TorchSharp: any layer, on the CPU or a GPU. The other engine is held to it.</summary>
internal sealed class TorchLearner : IFlowLearner
{
    private readonly Device _device;
    private readonly double _dropout;
    private readonly VariationalFlow _flow;
    private readonly FlowOptimizer _optimizer;
    private readonly ClusterObjective? _clusters;
    private readonly SurfaceObjective? _surface;
    private readonly ExactMixtureObjective _mixture = new();
    private readonly GumbelObjective _gumbel = new();
    private readonly MixtureLatentObjective _gaussians = new();
    private readonly ContinuousObjective _continuous = new();

    /// <param name="spec">The flow.</param>
    /// <param name="arrays">Its values as training finds them.</param>
    /// <param name="settings">How to train.</param>
    public TorchLearner(FlowSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        _device = TorchDevice.Find(settings.Device);
        _dropout = settings.Dropout;
        _flow = FlowArrays.Build(spec, arrays);
        Evaluator = new TorchEvaluator(_flow, _device);
        _clusters = settings is { Centers: { } centers, Coordinates: null } ? new ClusterObjective(centers, _device) : null;
        _surface = settings is { Centers: { } points, Coordinates: { } coordinates } ? new SurfaceObjective(points, coordinates, _device) : null;
        _optimizer = new FlowOptimizer(_flow.named_parameters(), settings.WeightDecay, settings.GradientClip);
    }

    public IFlowEvaluator Evaluator { get; }

    public double DivergenceWeight
    {
        get => _continuous.DivergenceWeight;
        set => _continuous.DivergenceWeight = value;
    }

    public long Parameters => _flow.parameters().Sum(parameter => parameter.numel());

    public double Step(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed, double learningRate)
    {
        using var scope = NewDisposeScope();
        _flow.train();
        Dropout.Set(_flow, _dropout, dropoutSeed);
        var x = tensor(rows.ToArray(), [count, _flow.Spec.RowWidth]).to(_device);
        var value = Objective(phase).Evaluate(_flow, x, noise);
        bool taken = float.IsFinite(value.Loss.item<float>()) && _optimizer.Step(value.Loss, learningRate);
        _flow.eval();
        return taken ? value.NegativeLogDensity.item<float>() : double.NaN;
    }

    public IReadOnlyList<NamedArray> ExtractWeights() => FlowArrays.Extract(_flow);

    public IReadOnlyList<NamedArray> ExtractOptimizerState() => _optimizer.Extract();

    public void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState)
    {
        FlowArrays.Load(_flow, weights.ToDictionary(array => array.Name));
        _optimizer.Load(optimizerState);
    }

    public void Dispose()
    {
        _clusters?.Dispose();
        _surface?.Dispose();
        _optimizer.Dispose();
        Evaluator.Dispose();
    }

    private ITrainingObjective Objective(LearningPhase phase) => phase switch
    {
        LearningPhase.Clusters => _clusters ?? throw new InvalidOperationException("Learning clusters needs their centers."),
        LearningPhase.Surface => _surface ?? throw new InvalidOperationException("Learning a surface needs centers and their coordinates."),
        LearningPhase.MixtureLatent => _gaussians,
        LearningPhase.ContinuousLatent => _continuous,
        LearningPhase.GumbelSoftmax => _flow.Encoder is null ? _mixture : _gumbel,
        LearningPhase.ExactMixture => _mixture,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), $"{phase} is no phase of learning."),
    };
}
