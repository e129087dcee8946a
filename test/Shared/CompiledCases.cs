using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Architectures for the compiled flow: every kind of layer, sizes around the widths of registers and tiles.</summary>
internal static class CompiledCases
{
    private static readonly Dictionary<string, FlowArchitecture> All = new()
    {
        ["coupling spline"] = Of(d: 5, k: 3),
        ["coupling affine"] = Of(d: 6, k: 4) with { Map = FlowMap.Affine },
        ["autoregressive spline"] = Of(d: 5, k: 3) with { Pattern = FlowPattern.Autoregressive },
        ["autoregressive affine"] = Of(d: 7, k: 2) with { Pattern = FlowPattern.Autoregressive, Map = FlowMap.Affine },
        ["plain coupling"] = Of(d: 9, k: 1),
        ["plain autoregressive"] = Of(d: 9, k: 1) with { Pattern = FlowPattern.Autoregressive },
        ["states of their own"] = Of(d: 4, k: 5) with { StateStandardization = true },
        ["autoregressive states of their own"] = Of(d: 4, k: 5) with { StateStandardization = true, Pattern = FlowPattern.Autoregressive },
        ["one feature"] = Of(d: 1, k: 2),
        ["one feature, no state"] = Of(d: 1, k: 1) with { Map = FlowMap.Affine },
        ["one feature, autoregressive"] = Of(d: 1, k: 3) with { Pattern = FlowPattern.Autoregressive },
        ["two features"] = Of(d: 2, k: 2) with { Permutation = FlowPermutation.Reverse },
        ["seventeen features"] = Of(d: 17, k: 2) with { HiddenUnits = 33, Bins = 4, Blocks = 2 },
        ["seventeen features, autoregressive"] = Of(d: 17, k: 2) with { HiddenUnits = 33, Bins = 4, Blocks = 2, Pattern = FlowPattern.Autoregressive },
        ["few units, autoregressive"] = Of(d: 20, k: 2) with { HiddenUnits = 7, Pattern = FlowPattern.Autoregressive },
        ["many states"] = Of(d: 3, k: 70) with { HiddenUnits = 8 },
        ["one layer"] = Of(d: 8, k: 8) with { Layers = 1, HiddenUnits = 16, Bins = 2, TailBound = 5 },
        ["mixture base"] = Of(d: 5, k: 1) with { BaseComponents = 3 },
        ["mixture base, affine"] = Of(d: 6, k: 1) with { BaseComponents = 8, Map = FlowMap.Affine },
        ["mixture base, autoregressive"] = Of(d: 7, k: 1) with { BaseComponents = 17, Pattern = FlowPattern.Autoregressive },
        ["mixture base under states"] = Of(d: 4, k: 3) with { BaseComponents = 4 },
        ["mixture base under states, autoregressive"] = Of(d: 17, k: 2) with { BaseComponents = 2, Pattern = FlowPattern.Autoregressive },
        ["mixture base under states of their own"] = Of(d: 4, k: 5) with { BaseComponents = 3, StateStandardization = true },
        ["Gaussian states"] = Of(d: 5, k: 3) with { MixtureLatent = true },
        ["Gaussian states of their own"] = Of(d: 4, k: 5) with { MixtureLatent = true, StateStandardization = true, BaseComponents = 3 },
        ["Gaussian states, autoregressive"] = Of(d: 17, k: 2) with { MixtureLatent = true, Pattern = FlowPattern.Autoregressive },
        ["low rank"] = Of(d: 21, k: 1) with { Rank = 3 },
        ["low rank, autoregressive"] = Of(d: 18, k: 3) with { Rank = 17, Pattern = FlowPattern.Autoregressive },
        ["low rank under states of their own"] = Of(d: 6, k: 4) with { Rank = 1, StateStandardization = true, Map = FlowMap.Affine },
        ["many Gaussian states of one feature"] = Of(d: 1, k: 40) with { MixtureLatent = true, Map = FlowMap.Affine },
        ["coupling spline, given a context"] = Of(d: 5, k: 1, c: 3),
        ["coupling affine, given a context and states"] = Of(d: 6, k: 4, c: 1) with { Map = FlowMap.Affine, Blocks = 2 },
        ["autoregressive spline, given a context"] = Of(d: 5, k: 1, c: 17) with { Pattern = FlowPattern.Autoregressive },
        ["autoregressive affine, given a context and states"] = Of(d: 7, k: 2, c: 2) with { Pattern = FlowPattern.Autoregressive, Map = FlowMap.Affine },
        ["states of their own, given a context"] = Of(d: 4, k: 5, c: 3) with { StateStandardization = true, BaseComponents = 3 },
        ["one feature, given a context"] = Of(d: 1, k: 1, c: 5) with { BaseComponents = 4 },
        ["one feature, given a context and states"] = Of(d: 1, k: 3, c: 20),
        ["one feature, autoregressive, given a context"] = Of(d: 1, k: 1, c: 2) with { Pattern = FlowPattern.Autoregressive },
        ["few units, autoregressive, given a context"] = Of(d: 20, k: 2, c: 4) with { HiddenUnits = 7, Pattern = FlowPattern.Autoregressive },
        ["coupling additive"] = Of(d: 5, k: 2) with { Map = FlowMap.Additive },
        ["autoregressive additive"] = Of(d: 7, k: 1, c: 2) with { Map = FlowMap.Additive, Pattern = FlowPattern.Autoregressive },
        ["coupling mixture of logistics"] = Of(d: 5, k: 3) with { Map = FlowMap.MixtureOfLogistics, Layers = 2 },
        ["autoregressive mixture of logistics"] = Of(d: 4, k: 1) with { Map = FlowMap.MixtureOfLogistics, Pattern = FlowPattern.Autoregressive, Layers = 2 },
        ["one feature, mixture of logistics, given a context"] = Of(d: 1, k: 1, c: 2) with { Map = FlowMap.MixtureOfLogistics },
        ["coupling sum of squares"] = Of(d: 5, k: 2) with { Map = FlowMap.SumOfSquares, Layers = 2 },
        ["autoregressive sum of squares"] = Of(d: 3, k: 1, c: 1) with { Map = FlowMap.SumOfSquares, Pattern = FlowPattern.Autoregressive, Layers = 2 },
        ["one feature, sum of squares"] = Of(d: 1, k: 1) with { Map = FlowMap.SumOfSquares },
        ["continuous latent"] = Of(d: 5, k: 1) with { LatentDimensions = 2 },
        ["continuous latent, autoregressive, affine"] = Of(d: 4, k: 1) with { LatentDimensions = 3, Pattern = FlowPattern.Autoregressive, Map = FlowMap.Affine },
        ["continuous latent of one feature, given a context"] = Of(d: 1, k: 1, c: 3) with { LatentDimensions = 1, BaseComponents = 3 },
        ["wide continuous latent"] = Of(d: 3, k: 1, c: 1) with { LatentDimensions = 17, HiddenUnits = 9 },
        ["mixture base of one feature"] = Of(d: 1, k: 1) with { BaseComponents = 20 },
    };

    public static IEnumerable<string> Names => All.Keys;

    public static TrainingReport NoReport { get; } = new()
    {
        TrainingRows = 0, ValidationRows = 0, Epochs = 0, BestEpoch = 0, Steps = 0, ValidationLogDensity = 0, MutualInformation = 0,
        StatesUsed = 0, Parameters = 0,
    };

    public static FlowArchitecture Architecture(string name) => All[name];

    /// <summary>The losses that make sense for a flow.</summary>
    public static IEnumerable<LearningPhase> Phases(FlowArchitecture architecture) =>
        architecture.LatentDimensions > 0 ? [LearningPhase.Surface, LearningPhase.ContinuousLatent]
        : architecture.States == 1 ? [LearningPhase.ExactMixture]
        : architecture.MixtureLatent ? [LearningPhase.ExactMixture, LearningPhase.MixtureLatent]
        : [LearningPhase.ExactMixture, LearningPhase.Clusters, LearningPhase.GumbelSoftmax];

    private static FlowArchitecture Of(int d, int k, int c = 0) => new()
    {
        Dimensions = d, Context = c, States = k, Layers = 3, HiddenUnits = 12, EncoderHiddenUnits = 10, Bins = 5, Seed = (ulong)(d + 100 * k),
    };
}
