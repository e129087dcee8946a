using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Latents;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>
/// A normalizing flow with a variational latent (arXiv 2211.11638). A latent state z names the mode of a row, a flow
/// conditioned on z carries that mode to the Gaussian:
/// <c>log p(x|z) = log N(f(x; z); 0, I) + log |det df/dx|</c>, <c>p(x) = sum_z p(z) p(x|z)</c>. A Gaussian mixture may stand in
/// the place of N(0, I).
/// An encoder q(z|x) is learned beside it where there is more than one state. Where rows have a context behind their features, all of it is given
/// that: p(x|z, c), q(z|x, c).
/// </summary>
internal sealed class VariationalFlow : nn.Module
{
    private readonly Standardization _standardization;
    private readonly Bijection _flow;

    /// <summary>The flow, whose parameters are zeros.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="shift">Of the standardisation, D + C numbers.</param>
    /// <param name="scale">Of the standardisation, D + C numbers.</param>
    /// <exception cref="NotSupportedException">A part is of a kind that this engine does not know.</exception>
    public VariationalFlow(FlowSpec spec, float[] shift, float[] scale)
        : base(nameof(VariationalFlow))
    {
        Spec = spec;
        Latent = new DiscreteLatent(spec.States);
        _standardization = new Standardization(shift, scale, spec.Dimensions);
        _flow = FlowBuilder.Build(spec);
        register_module("standardization", _standardization);
        register_module("flow", _flow);
        Base = spec.Base switch
        {
            NormalBaseSpec => null,
            MixtureBaseSpec mixture => new MixtureBase(mixture.Components, spec.Dimensions),
            var unknown => throw new NotSupportedException($"The TorchSharp engine does not know {unknown.GetType().Name}."),
        };
        if (Base is not null)
            register_module("base", Base);
        switch (spec.Latent)
        {
            case NoLatentSpec:
                break;
            case DiscreteLatentSpec discrete:
                Encoder = new Encoder(spec.RowWidth, discrete.EncoderHiddenUnits, discrete.States);
                register_module(discrete.Name, Encoder);
                break;
            case ContinuousLatentSpec continuous:
                Encoder = new Encoder(spec.RowWidth, continuous.EncoderHiddenUnits, 2 * continuous.Dimensions, continuous.Dimensions);
                register_module(continuous.Name, Encoder);
                break;
            case MixtureLatentSpec mixture:
                Gaussians = new MixtureLatent(mixture.States, spec.Dimensions);
                register_module(mixture.Name, Gaussians);
                break;
            default:
                throw new NotSupportedException($"The TorchSharp engine does not know {spec.Latent.GetType().Name}.");
        }
    }

    public FlowSpec Spec { get; }

    public DiscreteLatent Latent { get; }

    /// <summary>The base distribution; null where it is N(0, I).</summary>
    public MixtureBase? Base { get; }

    /// <summary>The states as Gaussians, with a prior and q(z|x) of their own, on standardised rows; null where they are not.</summary>
    public MixtureLatent? Gaussians { get; }

    /// <summary>The network behind q(z|x), on standardised rows; null where there is none.</summary>
    public Encoder? Encoder { get; }

    /// <summary>Rows in units of standard deviations, (B, D + C).</summary>
    public Tensor Standardize(Tensor x) => _standardization.Forward(x, null).Value;

    /// <summary>The logits of q(z|x), (B, K), of rows (B, D + C).</summary>
    public Tensor EncoderLogits(Tensor x) =>
        Gaussians is not null ? Gaussians.Logits(Standardize(x))
        : Encoder is not null ? Encoder.Forward(Standardize(x))
        : zeros(x.shape[0], 1, dtype: x.dtype, device: x.device);

    /// <summary>
    /// log p(x|z), (B), of rows (B, D + C) with one state each, (B, K); null where K = 1. Where states have other weights than 1 / K, the
    /// logarithm of K p(z) is counted here.
    /// </summary>
    /// <param name="x">The rows.</param>
    /// <param name="state">One state each; null where K = 1.</param>
    /// <param name="z">A continuous latent each, (B, d); null where there is none.</param>
    public Tensor LogDensityGiven(Tensor x, Tensor? state, Tensor? z = null) => At(x, state, z).LogDensity;

    /// <summary>The points in the Gaussian space, (B, D), beside <see cref="LogDensityGiven"/>.</summary>
    public (Tensor Base, Tensor LogDensity) At(Tensor x, Tensor? state, Tensor? z)
    {
        var (standardized, logScale) = _standardization.Forward(x, null);
        var (u, logDeterminant) = Transport(standardized, state, z);
        return (u, BaseLogDensity(u).Plus(logDeterminant).Plus(logScale));
    }

    /// <summary>The m and ln s of q(z|x) of a continuous latent, (B, d) each, of rows (B, D + C).</summary>
    public (Tensor Mean, Tensor LogDeviation) ContinuousPosterior(Tensor x)
    {
        int d = Spec.Latent.Dimensions;
        var output = EncoderLogits(x);
        var raw = output.narrow(1, d, d).Times(1 / ContinuousLatentSpec.LogDeviationRange).tanh();
        return (output.narrow(1, 0, d), raw.Times(ContinuousLatentSpec.LogDeviationRange).Plus(ContinuousLatentSpec.LogDeviationCenter));
    }

    /// <summary>log p(x|k) for every state, (B, K), of rows (B, D + C): all states as one batch of B K rows.</summary>
    public Tensor ConditionalLogDensity(Tensor x) => ForEveryState(x).LogDensity;

    /// <summary>
    /// Transports rows (B, D + C) under every state: the points in the Gaussian space, (B, K, D), and log p(x|k), (B, K).
    /// </summary>
    public (Tensor Base, Tensor LogDensity) ForEveryState(Tensor x)
    {
        long rows = x.shape[0], width = x.shape[1], states = Latent.States;
        var (standardized, logScale) = _standardization.Forward(x, null);
        var paired = states == 1
            ? standardized
            : standardized.unsqueeze(1).expand(rows, states, width).reshape(rows * states, width);
        var (u, logDeterminant) = Transport(paired, states == 1 ? null : Latent.EveryState(rows, x));
        var logDensity = BaseLogDensity(u).Plus(logDeterminant).reshape(rows, states).Plus(logScale.unsqueeze(1));
        return (u.reshape(rows, states, Spec.Dimensions), logDensity);
    }

    /// <summary>log p(x), (B), of rows (B, D + C): exact.</summary>
    public Tensor LogDensity(Tensor x) => Latent.LogDensity(ConditionalLogDensity(x));

    /// <summary>Features in the user's units, (B, D), from base points (B, D).</summary>
    /// <param name="u">The base points.</param>
    /// <param name="state">One state each; null where K = 1.</param>
    /// <param name="given">Rows, (B, D + C), whose context is given; null where C = 0.</param>
    /// <param name="z">A continuous latent each, (B, d); null where there is none.</param>
    public Tensor Generate(Tensor u, Tensor? state, Tensor? given = null, Tensor? z = null)
    {
        var context = given is null ? null : Context(Standardize(given));
        var points = _flow.Inverse(u, Join(Join(state, context), z)).Value;
        points = Gaussians is null ? points : Gaussians.Inverse(points, state).Value;
        var rows = _standardization.Inverse(context is null ? points : cat([points, context], 1), null).Value;
        return context is null ? rows : rows.narrow(1, 0, Spec.Dimensions);
    }

    /// <summary>Draws states from their prior.</summary>
    public void DrawStates(RowStreams random, Span<int> states) =>
        StateDraw.Prior(random, Gaussians is null ? [] : FlowArrays.Copy("", Gaussians.LogWeights).Values, Latent.States, states);

    /// <summary>p(z), K numbers.</summary>
    public float[] Prior() => Gaussians is null
        ? [.. Enumerable.Repeat(1f / Latent.States, Latent.States)]
        : FlowArrays.Copy("", nn.functional.softmax(Gaussians.LogWeights, 0)).Values;

    /// <summary>Draws base points, (B, D) row-major.</summary>
    public void DrawBase(RowStreams random, Span<float> points)
    {
        if (Base is not null)
        {
            Base.Draw(random, points);
            return;
        }
        int dimensions = Spec.Dimensions;
        for (int row = 0; row < points.Length / dimensions; row++)
            random[row].FillNormal(points.Slice(row * dimensions, dimensions));
    }

    private ValueAndLogDeterminant Transport(Tensor standardized, Tensor? state, Tensor? z = null)
    {
        var context = Context(standardized);
        var features = context is null ? standardized : standardized.narrow(1, 0, Spec.Dimensions);
        if (Gaussians is null)
            return _flow.Forward(features, Join(Join(state, context), z is null ? null : InputRange.Clamp(z)));
        var (white, logScale) = Gaussians.Forward(features, state);
        var (u, logDeterminant) = _flow.Forward(white, state);
        return new(u, logDeterminant.Plus(logScale).Plus(Gaussians.LogWeight(state!)));
    }

    // What networks see of the context of standardised rows, (B, C); null where C = 0.
    private Tensor? Context(Tensor standardized) =>
        Spec.Context == 0 ? null : InputRange.Clamp(standardized.narrow(1, Spec.Dimensions, Spec.Context));

    private static Tensor? Join(Tensor? first, Tensor? second) => first is null ? second : second is null ? first : cat([first, second], 1);

    private Tensor BaseLogDensity(Tensor u) => Base is null ? StandardNormal.LogDensity(u) : Base.LogDensity(u);
}
