using Microsoft.ML.NormalizingFlows;

namespace Density.Models;

/// <summary>
/// A flow of the benchmark: public options and nothing else. Every flow of the library has a permutation and an LU linear map in
/// front of each layer, as in Durkan et al. 2019, so the affine ones are those of the literature with that map added.
/// </summary>
internal sealed record FlowRecipe(string Name, Action<FlowOptions> Shape)
{
    private static readonly FlowRecipe[] Plain =
    [
        // Papamakarios et al. 2017.
        new("maf", options => (options.Pattern, options.Map, options.Permutation, options.Layers) = (FlowPattern.Autoregressive, FlowMap.Affine, FlowPermutation.Reverse, 5)),

        // Germain et al. 2015: one autoregressive layer is a Gaussian conditional for each feature.
        new("made", options => (options.Pattern, options.Map, options.Permutation, options.Layers) = (FlowPattern.Autoregressive, FlowMap.Affine, FlowPermutation.Reverse, 1)),

        // Dinh et al. 2017.
        new("realnvp", options => (options.Map, options.Permutation) = (FlowMap.Affine, FlowPermutation.Reverse)),

        // Kingma and Dhariwal 2018: LU maps and affine couplings; ActNorm is the diagonal and the bias of the LU map.
        new("glow", options => options.Map = FlowMap.Affine),

        // Dinh et al. 2014: shifts alone.
        new("nice", options => (options.Map, options.Permutation) = (FlowMap.Additive, FlowPermutation.Reverse)),

        // Huang et al. 2018: the deep sigmoidal map.
        new("naf", options => (options.Pattern, options.Map, options.Permutation) = (FlowPattern.Autoregressive, FlowMap.MixtureOfLogistics, FlowPermutation.Reverse)),

        // Jaini et al. 2019.
        new("sos", options => (options.Pattern, options.Map, options.Permutation) = (FlowPattern.Autoregressive, FlowMap.SumOfSquares, FlowPermutation.Reverse)),

        // Oliva et al. 2018.
        new("tan", options => options.Layer = FlowLayer.TransformationAutoregressive),

        // Chen et al. 2019.
        new("residual", options => (options.Layer, options.Layers) = (FlowLayer.Residual, 10)),

        // Grathwohl et al. 2019.
        new("ffjord", options => (options.Layer, options.Layers, options.Blocks) = (FlowLayer.Continuous, 1, 1)),

        // Durkan et al. 2019, coupling and autoregressive.
        new("nsf-c", _ => { }),
        new("nsf-ar", options => options.Pattern = FlowPattern.Autoregressive),
    ];

    /// <summary>All of them: each plain flow, and each with a latent in three ways.</summary>
    public static IReadOnlyList<FlowRecipe> All { get; } =
    [
        .. Plain.SelectMany(WithLatent),

        // The plain flow with as much time as the default takes: the steps of its cosine are that many times those of the data set.
        new("nsf-c-4x", _ => { }) { States = 1, Work = 4 },
        new("nsf-c-16x", _ => { }) { States = 1, Work = 16 },
        new("nsf-c-32x", _ => { }) { States = 1, Work = 32 },

        // The same with as many learned values as nvf-gaussians-c has.
        new("nsf-c-wide-16x", options => options.HiddenUnits = 80) { States = 1, Work = 16 },

        // A flow with a Gaussian-mixture base.
        new("nsf-c-mixture", options => options.BaseComponents = 10) { States = 1 },

        // Forty states that are the Gaussians of a mixture, and a step that costs what one of the plain flow does.
        new("nvf-gaussians-c", options => options.BaseComponents = 10) { Latent = _ => FlowLatent.Mixture(40), Work = 4 },
        new("nvf-gaussians-ar", options => (options.BaseComponents, options.Pattern) = (10, FlowPattern.Autoregressive)) { Latent = _ => FlowLatent.Mixture(40), Work = 4 },

        new("nvf-gaussians-naf", options => (options.BaseComponents, options.Pattern, options.Map) = (10, FlowPattern.Autoregressive, FlowMap.MixtureOfLogistics)) { Latent = _ => FlowLatent.Mixture(40), Work = 4 },

        // Sec. 3.1 (2) of the paper; its figure is a bound.
        new("nvf-continuous-c", _ => { }) { Latent = _ => FlowLatent.Continuous(2) },

        // What the library does of itself, and the two ways it goes on from a trial, each without a latent.
        new("default", _ => { }) { HasLibrarySize = true },
        new("default-plain", options => (options.EnsembleSize, options.BaseComponents) = (3, 10)) { States = 1, HasLibrarySize = true },
        new("default-plain-long", options => (options.Layers, options.BaseComponents) = (10, 10)) { States = 1, HasLibrarySize = true, Work = 4, Train = options => options.Dropout = 0.1 },
    ];

    /// <summary>Steps of training, in those of the data set.</summary>
    public int Work { get; init; } = 1;

    /// <summary>K, where it is not the data set's; 1 is a plain flow.</summary>
    public int? States { get; init; }

    /// <summary>The latent of K states.</summary>
    public Func<int, FlowLatent> Latent { get; init; } = FlowLatent.Discrete;

    /// <summary>What is particular about its training.</summary>
    public Action<TrainingOptions> Train { get; init; } = _ => { };

    /// <summary>Whether it has the size that the library gives a flow, not that of the data set.</summary>
    public bool HasLibrarySize { get; init; }

    /// <summary>Whether the features of a layer depend on those before them, which decides the published size.</summary>
    public bool IsAutoregressive
    {
        get
        {
            var options = new FlowOptions();
            Shape(options);
            return options.Pattern == FlowPattern.Autoregressive || options.Layer == FlowLayer.TransformationAutoregressive;
        }
    }

    /// <summary>The options for a data set.</summary>
    public NormalizingVariationalFlowOptions Options(string data)
    {
        FlowSize size = FlowSize.Of(data, IsAutoregressive);
        var options = HasLibrarySize
            ? new NormalizingVariationalFlowOptions { Flow = { Latent = States is { } states ? Latent(states) : FlowLatent.Automatic } }
            : new NormalizingVariationalFlowOptions
            {
                Flow = { Latent = Latent(States ?? size.States), Layers = size.Layers, HiddenUnits = size.Hidden, Blocks = size.Blocks, Bins = size.Bins },
                Training = { Dropout = size.Dropout, BatchSize = size.Batch, LearningRate = size.LearningRate },
            };
        Shape(options.Flow);
        Train(options.Training);
        return options;
    }

    private static IEnumerable<FlowRecipe> WithLatent(FlowRecipe plain)
    {
        // nsf-c and nsf-ar lend their latent forms the short names of the paper.
        string kind = plain.Name.StartsWith("nsf-", StringComparison.Ordinal) ? plain.Name[4..] : plain.Name;
        yield return plain with { States = 1 };

        // Exact mixture from k-means.
        yield return plain with { Name = "nvf-" + kind };

        // As published (arXiv 2211.11638): Gumbel-softmax, no k-means, the encoder D-256-256-K.
        yield return plain with
        {
            Name = "nvf-paper-" + kind,
            Latent = states => FlowLatent.Discrete(states) with { KMeansStart = false, EncoderHiddenUnits = 256 },
            Train = options => options.Objective = LatentObjective.GumbelSoftmax,
        };

        // Each state a shift and scale of its own in front of the shared layers.
        yield return plain with { Name = "nvf-states-" + kind, States = 5, Latent = states => FlowLatent.Discrete(states) with { StateStandardization = true } };

        // No latent, and wider by a unit for each of the eight states: as many learned values as the NVF at least.
        yield return new("control-" + kind, options =>
        {
            plain.Shape(options);
            options.HiddenUnits += 8;
        })
        { States = 1 };
    }
}
