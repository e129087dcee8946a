using System.ComponentModel.DataAnnotations;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// What a flow is, whatever it is for: its layers, its latent and its base. Every task has one with defaults that fit it, so set what is to be
/// different and leave the rest: <c>Flow = { Layers = 3 }</c>. What is marked for a search space can be tuned by ML.NET's AutoML.
/// </summary>
/// <example>
/// <code>
/// var options = new NormalizingVariationalFlowOptions { Flow = { Latent = FlowLatent.Discrete(8), Layers = 3, HiddenUnits = 32 } };
/// </code>
/// </example>
public sealed class FlowOptions
{
    /// <summary>The latent that the layers depend on. Default <see cref="FlowLatent.Automatic"/>: the task chooses.</summary>
    public FlowLatent Latent { get; set; } = FlowLatent.Automatic;

    /// <summary>What the flow is built of. Default <see cref="FlowLayer.ElementwiseMap"/>, whose map and pattern are the next two options.</summary>
    public FlowLayer Layer { get; set; } = FlowLayer.ElementwiseMap;

    /// <summary>How the features of a layer depend on one another. Default <see cref="FlowPattern.Coupling"/>.</summary>
    public FlowPattern Pattern { get; set; } = FlowPattern.Coupling;

    /// <summary>
    /// The map that a layer applies to each feature. Null, the default, lets the task choose: <see cref="FlowMap.MixtureOfLogistics"/> for a density whose
    /// <see cref="Latent"/> is automatic and turns out to be none, up to 512 features; else <see cref="FlowMap.RationalQuadraticSpline"/>. In a clustering the default is <see cref="FlowMap.Affine"/>.
    /// </summary>
    public FlowMap? Map { get; set; }

    /// <summary>The reordering of features in front of each layer. Default <see cref="FlowPermutation.Random"/>.</summary>
    public FlowPermutation Permutation { get; set; } = FlowPermutation.Random;

    /// <summary>
    /// Number of layers, from 1 to 128. Null, the default, lets the task choose: 5 for a density, 2 above 512 features, see <see cref="FlowLatent.Automatic"/> for when
    /// twice as many are used; 3 for an anomaly detector, 1 above 256 features, 2 above 512. In a clustering the default is 1.
    /// </summary>
    [Range(1, FlowLimits.Layers), SearchSpace.Range(2, 12, init: 5)]
    public int? Layers { get; set; }

    /// <summary>
    /// Hidden units of the network of each layer, from 1 to 8,192. Null, the default, lets the task choose: 64; for an anomaly detector 32 below
    /// 1,000 rows. In a clustering the default is 16.
    /// </summary>
    [Range(1, FlowLimits.HiddenUnits), SearchSpace.Range(16, 256, init: 64, logBase: true)]
    public int? HiddenUnits { get; set; }

    /// <summary>Residual blocks of the network of each layer, from 1 to 32. Default 1.</summary>
    [Range(1, FlowLimits.Blocks), SearchSpace.Range(1, 3, init: 1)]
    public int Blocks { get; set; } = 1;

    /// <summary>Bins of a spline, from 2 to 256; other maps have none, see <see cref="Map"/>. Default 8.</summary>
    [Range(FlowLimits.MinimumBins, FlowLimits.Bins), SearchSpace.Range(4, 16, init: 8)]
    public int Bins { get; set; } = 8;

    /// <summary>
    /// B, in standard deviations: a spline bends the interval [-B, B] and leaves what is outside as it is; a sum of squares goes back to a slope of 1 outside. Above 0 and
    /// at most 1,000. Default 3.
    /// </summary>
    [Range(0.0, FlowLimits.TailBound, MinimumIsExclusive = true)]
    public double TailBound { get; set; } = 3;

    /// <summary>
    /// M, the number of Gaussians in the base distribution that the layers carry rows to, from 1 to 256; they are learned with the flow and
    /// shared by all latent states. A few to some ten help where rows have modes or clusters that one Gaussian cannot be torn into:
    /// most with a plain flow, for little more time, where latent states cost one pass each. They give
    /// no clusters of their own. 1 is the standard normal distribution. Null, the default, lets the task choose where <see cref="Latent"/> is automatic: 10
    /// for a density, one for each 50 rows, at most 10, for an anomaly detector; it is 1 elsewhere.
    /// </summary>
    [Range(1, FlowLimits.BaseComponents), SearchSpace.Range(1, 32, init: 1, logBase: true)]
    public int? BaseComponents { get; set; }

    /// <summary>
    /// The number of flows that are trained, from different seeds, and whose mean density the model is; from 1 to 64. On small tables
    /// nothing gains more, for as many times the work. The latent of an ensemble, its columns and the base vector, are those of the flow with the
    /// greatest held-out log-density: the states of one flow have nothing in common with those of another. Null, the default, takes 3 where
    /// <see cref="Latent"/> is automatic, there are at most 20,000 training rows of at most 512 features (256 for an anomaly detector) and, for a density, no long training pays; else 1. A clustering keeps one flow.
    /// Where a density leaves this and <see cref="Latent"/> open, a mixture of Gaussians may stand beside the flows (<see cref="TrainingReport.GaussianShare"/>).
    /// </summary>
    [Range(1, FlowLimits.Members), SearchSpace.Range(1, 5, init: 1)]
    public int? EnsembleSize { get; set; }

    /// <summary>A copy that later changes of the original leave alone; latents never change.</summary>
    internal FlowOptions Copy() => (FlowOptions)MemberwiseClone();
}
