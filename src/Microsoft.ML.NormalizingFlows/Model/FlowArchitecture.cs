namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// Everything that decides the shape of a flow and the order of its features, and nothing that is learned:
/// with the same architecture the same arrays fit. A model file holds one.
/// </summary>
internal sealed record FlowArchitecture
{
    /// <summary>D, the number of features of a row; 1 or more.</summary>
    public required int Dimensions { get; init; }

    /// <summary>K, the number of latent states; 1 is a plain flow. The context of a layer is the one-hot state, (B, K), where K &gt; 1.</summary>
    public int States { get; init; } = 1;

    /// <summary>How features depend on one another within a layer.</summary>
    public FlowPattern Pattern { get; init; } = FlowPattern.Coupling;

    /// <summary>The elementwise map.</summary>
    public FlowMap Map { get; init; } = FlowMap.RationalQuadraticSpline;

    /// <summary>The reordering in front of each layer.</summary>
    public FlowPermutation Permutation { get; init; } = FlowPermutation.Random;

    /// <summary>The form of the map's parameters.</summary>
    public FlowParameterization Parameterization { get; init; } = FlowParameterization.SoftLimited;

    /// <summary>Number of flow steps (permutation, LU linear, map).</summary>
    public int Layers { get; init; } = 5;

    /// <summary>Hidden units of every conditioner.</summary>
    public int HiddenUnits { get; init; } = 64;

    /// <summary>Residual blocks of every conditioner.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Bins of a spline; unused by affine maps.</summary>
    public int Bins { get; init; } = 8;

    /// <summary>B: a spline acts on [-B, B] and is the identity outside.</summary>
    public double TailBound { get; init; } = 3;

    /// <summary>Share of hidden activations dropped while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether each latent state has a shift and scale of its own in front of the shared layers.</summary>
    public bool StateStandardization { get; init; }

    /// <summary>
    /// Whether the states are the components of a Gaussian mixture of the rows, which is fitted before training and then stands still:
    /// see <c>GaussianStates</c>. There is no encoder network then.
    /// </summary>
    public bool GaussianStates { get; init; }

    /// <summary>M, the number of Gaussians of the base distribution, which all states share; 1 is N(0, I), with nothing to learn.</summary>
    public int BaseComponents { get; init; } = 1;

    /// <summary>Hidden units of the two layers of the encoder q(z|x); unused where K = 1.</summary>
    public int EncoderHiddenUnits { get; init; } = 64;

    /// <summary>The seed that permutations and initial values come from.</summary>
    public ulong Seed { get; init; }

    /// <summary>Width of the context of each layer: K where there is more than one state, else 0 (no context).</summary>
    public int ContextWidth => States > 1 ? States : 0;

    /// <summary>Whether q(z|x) is a network that is learned beside the flow.</summary>
    public bool HasEncoderNetwork => States > 1 && !GaussianStates;
}
