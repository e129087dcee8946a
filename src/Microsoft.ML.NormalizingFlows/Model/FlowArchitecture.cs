using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// The few choices behind a <see cref="FlowSpec"/> whose layers are alike, as options, validation and long trainings make them, with the seed and
/// the dropout that a training starts with. No model file holds one.
/// </summary>
internal sealed record FlowArchitecture
{
    /// <summary>D, the number of features of a row; 1 or more.</summary>
    public required int Dimensions { get; init; }

    /// <summary>C, the number of values behind the features of a row that the density is given; 0 for none.</summary>
    public int Context { get; init; }

    /// <summary>D + C, the number of values of a row.</summary>
    public int RowWidth => Dimensions + Context;

    /// <summary>K, the number of latent states; 1 is a plain flow.</summary>
    public int States { get; init; } = 1;

    /// <summary>What the flow is built of.</summary>
    public FlowLayer Layer { get; init; } = FlowLayer.ElementwiseMap;

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

    /// <summary>The rank of every linear map; null for all features.</summary>
    public int? Rank { get; init; }

    /// <summary>Hidden units of every conditioner.</summary>
    public int HiddenUnits { get; init; } = 64;

    /// <summary>Residual blocks of every conditioner.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Bins of a spline; unused by affine maps.</summary>
    public int Bins { get; init; } = 8;

    /// <summary>B: a spline acts on [-B, B] and is the identity outside; the polynomials of a sum of squares act there.</summary>
    public double TailBound { get; init; } = 3;

    /// <summary>Share of hidden activations dropped while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether each latent state has a shift and scale of its own in front of the shared layers.</summary>
    public bool StateStandardization { get; init; }

    /// <summary>
    /// Whether the states are the components of a Gaussian mixture of the rows, which is fitted before training and then stands still:
    /// see <c>MixtureLatent</c>. There is no encoder network then.
    /// </summary>
    public bool MixtureLatent { get; init; }

    /// <summary>d, the dimensions of a continuous latent, which stands in the place of states; 0 for none.</summary>
    public int LatentDimensions { get; init; }

    /// <summary>M, the number of Gaussians of the base distribution, which all states share; 1 is N(0, I), with nothing to learn.</summary>
    public int BaseComponents { get; init; } = 1;

    /// <summary>Hidden units of the two layers of the encoder q(z|x); unused without a latent.</summary>
    public int EncoderHiddenUnits { get; init; } = 64;

    /// <summary>The seed that permutations and initial values come from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The flow of these choices: for each layer a permutation, an LU linear map and a map of each feature (Durkan et al. 2019, section 5.1).</summary>
    public FlowSpec ToSpec()
    {
        var layers = new List<LayerSpec>();
        if (StateStandardization && States > 1)
            layers.Add(new StateStandardizationSpec());
        for (int layer = 0; layer < Layers; layer++)
        {
            layers.Add(FeatureOrder(layer));
            layers.Add(new LinearSpec(Rank));
            layers.AddRange(LayerSpecs(layer));
        }
        layers.Add(FeatureOrder(Layers));
        layers.Add(new LinearSpec(Rank));
        return new FlowSpec
        {
            Dimensions = Dimensions,
            Context = Context,
            Layers = layers,
            Latent = LatentDimensions > 0 ? new ContinuousLatentSpec(LatentDimensions, EncoderHiddenUnits)
                : States == 1 ? new NoLatentSpec()
                : MixtureLatent ? new MixtureLatentSpec(States)
                : new DiscreteLatentSpec(States, EncoderHiddenUnits),
            Base = BaseComponents > 1 ? new MixtureBaseSpec(BaseComponents) : new NormalBaseSpec(),
        };
    }

    private IEnumerable<LayerSpec> LayerSpecs(int layer)
    {
        var network = new NetworkSpec(HiddenUnits, Blocks, LimitsInput: IsSoftLimited);
        return Layer switch
        {
            FlowLayer.ElementwiseMap => [new MapLayerSpec(PatternSpec(layer), MapSpec, network)],
            FlowLayer.TransformationAutoregressive =>
            [
                new LeakySpec(),
                new MapLayerSpec(
                    new RecurrentSpec(), layer == Layers - 1 ? new MixtureMapSpec(MixtureComponent.Gaussian, Components: 8) : new AdditiveMapSpec(), network),
            ],
            FlowLayer.Residual => [new ResidualSpec(network)],
            FlowLayer.Continuous => [new ContinuousSpec(network)],
            _ => throw new ArgumentException($"{Layer} is no layer of a flow."),
        };
    }

    private bool IsSoftLimited => Parameterization == FlowParameterization.SoftLimited;

    private PermutationSpec FeatureOrder(int layer)
    {
        int[] order = [.. Enumerable.Range(0, Dimensions)];
        switch (Permutation)
        {
            case FlowPermutation.Random:
                RandomStream.For(Seed, "permutation", (ulong)layer).Shuffle<int>(order);
                return new PermutationSpec(order);
            case FlowPermutation.Reverse:
                Array.Reverse(order);
                return new PermutationSpec(order);
            default:
                throw new ArgumentException($"{Permutation} is no permutation of a flow.");
        }
    }

    // A coupling maps even features first, odd ones next, and so on; a single feature always.
    private PatternSpec PatternSpec(int layer) => Pattern switch
    {
        FlowPattern.Coupling => new CouplingSpec([.. Enumerable.Range(0, Dimensions).Select(i => Dimensions == 1 || (i + layer) % 2 == 0)]),
        FlowPattern.Autoregressive => new AutoregressiveSpec(FirstSeesContext: IsSoftLimited),
        FlowPattern.Recurrent => new RecurrentSpec(),
        _ => throw new ArgumentException($"{Pattern} is no pattern of a flow."),
    };

    private MapSpec MapSpec => Map switch
    {
        FlowMap.Affine => new AffineMapSpec(
            IsSoftLimited ? AffineScale.SoftLimited : Pattern == FlowPattern.Coupling ? AffineScale.Sigmoid : AffineScale.Softplus),
        // Sums over many hidden units make large logits; as published, only couplings scale them down.
        FlowMap.RationalQuadraticSpline => new RationalQuadraticSplineMapSpec(
            Bins, TailBound, IsSoftLimited || Pattern == FlowPattern.Coupling ? 1 / Math.Sqrt(HiddenUnits) : 1, IsSoftLimited),
        FlowMap.SumOfSquares => new SumOfSquaresMapSpec(Polynomials: 5, Degree: 4, TailBound, LevelsOff: true),
        FlowMap.Additive => new AdditiveMapSpec(),
        FlowMap.MixtureOfLogistics => new MixtureMapSpec(MixtureComponent.Logistic, Components: 8),
        FlowMap.MixtureOfGaussians => new MixtureMapSpec(MixtureComponent.Gaussian, Components: 8),
        _ => throw new ArgumentException($"{Map} is no map of a flow."),
    };
}

/// <summary>How the raw outputs of a conditioner become the parameters of an elementwise map.</summary>
internal enum FlowParameterization
{
    /// <summary>Raw parameters pass <c>u / (1 + c |u|)</c> first, which keeps float32 inverses accurate and every value finite.</summary>
    SoftLimited,

    /// <summary>As published with Neural Spline Flows (Durkan et al. 2019): the golden values are computed so.</summary>
    NeuralSpline,
}
