using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// The latent of a flow, on which its layers depend: <see cref="Automatic"/>, <see cref="None"/>, <see cref="Discrete"/>,
/// <see cref="Mixture"/> or <see cref="Continuous"/>.
/// </summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.Discrete(8) with { StateStandardization = true } } };
/// using var model = ml.Transforms.NormalizingVariationalFlow(options).Fit(table);
/// </code>
/// </example>
[JsonDerivedType(typeof(AutomaticFlowLatent), nameof(Automatic))] // a search space makes and copies options as JSON
[JsonDerivedType(typeof(NoFlowLatent), nameof(None))]
[JsonDerivedType(typeof(DiscreteFlowLatent), nameof(Discrete))]
[JsonDerivedType(typeof(MixtureFlowLatent), nameof(Mixture))]
[JsonDerivedType(typeof(ContinuousFlowLatent), nameof(Continuous))]
public abstract record FlowLatent
{
    // The kinds are those of this file: a reader of them can name them all.
    private protected FlowLatent()
    {
    }

    /// <summary>
    /// The task chooses. For a density held-out rows decide: a training of a plain
    /// flow and one of a <see cref="Mixture"/> (one state for each hundred rows, at most 40, or for each four hundred, at most 80, where that is
    /// more) find out which gives the greater density; unless <see cref="FlowOptions.Map"/> is set, they have maps of their own. Where
    /// the best epoch of the better one is among its last tenth, nothing overfits: then,
    /// unless <see cref="TrainingOptions.Epochs"/> or <see cref="FlowOptions.EnsembleSize"/> is set, one flow of twice the
    /// <see cref="FlowOptions.Layers"/> with a <see cref="TrainingOptions.Dropout"/> of at least 0.1 is trained for four times the epochs. Where
    /// a plain flow is better and overfits, a trial with <see cref="TrainingOptions.WeightDecay"/> follows. On tables up to 20,000 rows a mixture of Gaussians and the trials
    /// that were not chosen are set beside the flows where that makes held-out rows likelier (<see cref="TrainingReport.GaussianShare"/>). An anomaly detector has no latent: its held-out rows
    /// may decide nothing. A clustering has discrete states, one for 40 rows, at least 2 K and at most 60, or 2 K if that is more, where K is
    /// the number of clusters.
    /// </summary>
    public static FlowLatent Automatic { get; } = new AutomaticFlowLatent();

    /// <summary>No latent: a plain flow.</summary>
    public static FlowLatent None { get; } = new NoFlowLatent();

    /// <summary>K discrete states, each as likely as another beforehand, learned with the flow: the density is the mean of K of them.</summary>
    /// <param name="states">K, from 1 to 1,024; 1 is a plain flow.</param>
    /// <returns>The latent; <c>with</c> sets what else can be said of it.</returns>
    public static DiscreteFlowLatent Discrete(int states) => new(states);

    /// <summary>
    /// K discrete states that are the components of a Gaussian mixture, fitted to the rows beforehand: it is the encoder and the prior of
    /// the states, and makes the rows of each state white in front of the layers that all share. The first state is a broad background
    /// for rows that fit nowhere. Training maximises the evidence lower bound; a step computes one state for each row, drawn from the encoder,
    /// and so costs that of a plain flow, whatever K: tens of states pay on large tables of few features with many modes; they overfit small or
    /// wide ones. Scores still need all states: see <see cref="NormalizingVariationalFlowOptions.PrunedProbability"/>.
    /// </summary>
    /// <param name="states">K, from 2 to 1,024.</param>
    /// <returns>The latent.</returns>
    public static MixtureFlowLatent Mixture(int states) => new(states);

    /// <summary>
    /// d real values with the prior N(0, I) and a Gaussian encoder, learned with the flow by the evidence lower bound: coordinates of the rows, such as
    /// the place along a curve that they lie near. Where the rows, of 256 features at most, lie near a curved surface of d dimensions, 3 at most, training starts from their places
    /// along it (Isomap: Tenenbaum, de Silva and Langford 2000), else from their principal axes. The log-density is not exact but a lower bound, the importance-weighted one with 64 draws; the
    /// annotation <c>DensityKind</c> of its column says so. Quantiles are not possible. For a density alone no latent, or states, are the better
    /// choice: they are exact, and a score costs a fraction.
    /// </summary>
    /// <param name="dimensions">d, from 1 to 256.</param>
    /// <returns>The latent; <c>with</c> sets what else can be said of it.</returns>
    public static ContinuousFlowLatent Continuous(int dimensions) => new(dimensions);

    /// <summary>K; null where the task chooses it.</summary>
    internal int? StatesAsked => this switch
    {
        AutomaticFlowLatent => null,
        NoFlowLatent => 1,
        DiscreteFlowLatent discrete => discrete.States,
        MixtureFlowLatent mixture => mixture.States,
        ContinuousFlowLatent => 1,
        _ => throw new NotSupportedException($"{GetType().Name} is no latent that is known here."),
    };
}

/// <summary>The task chooses the latent: <see cref="FlowLatent.Automatic"/>.</summary>
/// <example><code>FlowOptions flow = new() { Latent = FlowLatent.Automatic };</code></example>
public sealed record AutomaticFlowLatent : FlowLatent;

/// <summary>A flow without a latent: <see cref="FlowLatent.None"/>.</summary>
/// <example><code>FlowOptions flow = new() { Latent = FlowLatent.None };</code></example>
public sealed record NoFlowLatent : FlowLatent;

/// <summary>Discrete states that are learned with the flow: <see cref="FlowLatent.Discrete"/>.</summary>
/// <param name="States">K, the number of states, from 1 to 1,024; 1 is a plain flow.</param>
/// <example><code>FlowOptions flow = new() { Latent = FlowLatent.Discrete(8) with { EncoderHiddenUnits = 128 } };</code></example>
public sealed record DiscreteFlowLatent(
    [property: Range(1, FlowLimits.States), SearchSpace.Range(1, 32, init: 8, logBase: true)] int States) : FlowLatent
{
    /// <summary>
    /// Whether each state has a shift and scale of its own in front of the shared layers. Null, the default, gives them that in a clustering
    /// alone.
    /// </summary>
    [SearchSpace.BooleanChoice(false)]
    public bool? StateStandardization { get; init; }

    /// <summary>Whether states start from the clusters of k-means. Default true.</summary>
    public bool KMeansStart { get; init; } = true;

    /// <summary>Hidden units of the encoder, the network behind q(z|x), from 1 to 8,192; unused with one state. Default 64.</summary>
    [Range(1, FlowLimits.HiddenUnits)]
    public int EncoderHiddenUnits { get; init; } = 64;
}

/// <summary>States that are the components of a Gaussian mixture of the rows: <see cref="FlowLatent.Mixture"/>.</summary>
/// <param name="States">K, the number of states, from 2 to 1,024.</param>
/// <example><code>FlowOptions flow = new() { Latent = FlowLatent.Mixture(40) };</code></example>
public sealed record MixtureFlowLatent([property: Range(2, FlowLimits.States)] int States) : FlowLatent;

/// <summary>Real values that are learned with the flow: <see cref="FlowLatent.Continuous"/>.</summary>
/// <param name="Dimensions">d, how many, from 1 to 256.</param>
/// <example><code>FlowOptions flow = new() { Latent = FlowLatent.Continuous(2) with { EncoderHiddenUnits = 128 } };</code></example>
public sealed record ContinuousFlowLatent([property: Range(1, FlowLimits.LatentDimensions)] int Dimensions) : FlowLatent
{
    /// <summary>Hidden units of the encoder, the network behind q(z|x), from 1 to 8,192. Default 64.</summary>
    [Range(1, FlowLimits.HiddenUnits)]
    public int EncoderHiddenUnits { get; init; } = 64;
}
