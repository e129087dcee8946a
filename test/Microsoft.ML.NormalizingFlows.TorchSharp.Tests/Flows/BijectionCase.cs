using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>A bijection that has to keep the contract: every kind, in every parameterisation, for ordinary and odd sizes.</summary>
public sealed class BijectionCase
{
    internal const int ContextWidth = 3;

    private readonly Func<int, Bijection> _create;

    private BijectionCase(
        int dimensions, Func<int, Bijection> create, bool? takesContext = null, bool published = false, double spread = 1)
    {
        Dimensions = dimensions;
        Spread = spread;
        _create = create;
        TakesContext = takesContext;
        IsPublishedForm = published;
    }

    internal int Dimensions { get; }

    /// <summary>True or false where the kind always or never reads a context; null where it comes both ways.</summary>
    internal bool? TakesContext { get; }

    /// <summary>Whether raw parameters are those of Neural Spline Flows, which promise nothing far out.</summary>
    internal bool IsPublishedForm { get; }

    internal static IReadOnlyDictionary<string, BijectionCase> All { get; } = new Dictionary<string, BijectionCase>
    {
        ["permutation, random"] = new(5, _ => new Permutation([3, 0, 4, 1, 2]), takesContext: false),
        ["permutation, reverse"] = new(4, _ => new Permutation([3, 2, 1, 0]), takesContext: false),
        ["LU linear"] = new(5, _ => new LULinear(5), takesContext: false),
        ["LU linear, one feature"] = new(1, _ => new LULinear(1), takesContext: false),
        ["LU linear of rank 2"] = new(5, _ => new LULinear(5, new LinearSpec(2)), takesContext: false),
        ["standardisation"] = new(3, _ => new Standardization([1, -200, 0.5f], [0.01f, 30, 2]), takesContext: false),
        ["state standardisation"] = new(4, width => new StateStandardization(width, 4), takesContext: true),
        ["coupling, spline"] = Layer(5, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline),
        ["coupling, affine"] = Layer(5, FlowPattern.Coupling, FlowMap.Affine),
        ["coupling, spline, as published"] = Layer(5, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline, published: true),
        ["coupling, affine, as published"] = Layer(4, FlowPattern.Coupling, FlowMap.Affine, published: true),
        ["autoregressive, spline"] = Layer(5, FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline),
        ["autoregressive, affine"] = Layer(4, FlowPattern.Autoregressive, FlowMap.Affine),
        ["autoregressive, spline, as published"] =
            Layer(4, FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline, published: true),
        ["autoregressive, affine, as published"] = Layer(5, FlowPattern.Autoregressive, FlowMap.Affine, published: true),
        ["coupling, sum of squares"] = Layer(5, FlowPattern.Coupling, FlowMap.SumOfSquares),
        ["autoregressive, sum of squares"] = Layer(4, FlowPattern.Autoregressive, FlowMap.SumOfSquares),
        ["coupling, additive"] = Layer(5, FlowPattern.Coupling, FlowMap.Additive),
        ["coupling, mixture of logistics"] = Layer(5, FlowPattern.Coupling, FlowMap.MixtureOfLogistics),
        ["autoregressive, mixture of logistics"] = Layer(4, FlowPattern.Autoregressive, FlowMap.MixtureOfLogistics),
        ["coupling, mixture of Gaussians"] = Layer(5, FlowPattern.Coupling, FlowMap.MixtureOfGaussians),
        ["autoregressive, mixture of Gaussians"] = Layer(3, FlowPattern.Autoregressive, FlowMap.MixtureOfGaussians),
        ["leaky"] = new(4, _ => new Leaky(4), takesContext: false),
        ["recurrent, affine"] = Layer(4, FlowPattern.Recurrent, FlowMap.Affine),
        ["recurrent, spline, given a context"] = Layer(3, FlowPattern.Recurrent, FlowMap.RationalQuadraticSpline, given: true),
        ["flow of leaky and recurrent layers"] = Flow(3, FlowLayer.TransformationAutoregressive),
        ["residual"] = Layer(4, FlowLayer.Residual),
        ["residual, one feature"] = Layer(1, FlowLayer.Residual),
        ["residual, more features than units"] = Layer(14, FlowLayer.Residual),
        ["residual, one hidden layer, more features than units"] = Layer(13, FlowLayer.Residual, blocks: 0),
        ["flow of residual layers"] = Flow(2, FlowLayer.Residual),
        ["continuous"] = Layer(3, FlowLayer.Continuous),
        ["continuous, one hidden layer"] = Layer(2, FlowLayer.Continuous, blocks: 0),
        ["continuous, three hidden layers"] = Layer(3, FlowLayer.Continuous, blocks: 2),
        ["continuous, three hidden layers, more features than units"] = Layer(13, FlowLayer.Continuous, blocks: 2),
        ["flow of autoregressive sums of squares"] = Flow(3, FlowPattern.Autoregressive, FlowMap.SumOfSquares),
        ["coupling, spline, one feature"] = Layer(1, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline),
        ["autoregressive, affine, one feature"] = Layer(1, FlowPattern.Autoregressive, FlowMap.Affine),
        ["autoregressive, more features than units"] = Layer(20, FlowPattern.Autoregressive, FlowMap.Affine),
        ["flow of coupling splines"] = Flow(4, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline),
        ["flow of affine couplings"] = Flow(2, FlowPattern.Coupling, FlowMap.Affine),
        ["flow of autoregressive splines"] = Flow(3, FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline),
        ["coupling, spline, given a context"] = Layer(5, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline, given: true),
        ["coupling, affine, one feature, given a context"] = Layer(1, FlowPattern.Coupling, FlowMap.Affine, given: true),
        ["autoregressive, affine, given a context"] = Layer(4, FlowPattern.Autoregressive, FlowMap.Affine, given: true),
        ["autoregressive, spline, one feature, given a context"] = Layer(1, FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline, given: true),
        ["flow of coupling splines, given a context"] = new(
            4, width => Fresh.Layers(Architecture(4, width, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline, given: true)), takesContext: true, spread: 0.3),
        ["flow with state standardisation"] = new(
            3, width => Fresh.Layers(Architecture(3, width, FlowPattern.Coupling, FlowMap.Affine) with { StateStandardization = true }),
            takesContext: true, spread: 0.3),
    };

    /// <summary>
    /// The size of random parameters at which the bijection is well conditioned. Smaller for the published forms, which
    /// nothing limits, and for flows, which multiply the conditions of their layers.
    /// </summary>
    internal double Spread { get; }

    /// <summary>Name and whether with a context, for the cases that come so.</summary>
    public static TheoryData<string, bool> NamesAndContexts()
    {
        var data = new TheoryData<string, bool>();
        foreach (var (name, context) in NamesAndContextPairs())
            data.Add(name, context);
        return data;
    }

    internal static IEnumerable<(string Name, bool Context)> NamesAndContextPairs() =>
        from kind in All
        from context in new[] { false, true }
        where (kind.Value.TakesContext ?? context) == context
        select (kind.Key, context);

    internal static BijectionCase Named(string name) => All[name];

    /// <summary>The bijection in float64, with random parameters of size <paramref name="spread"/>; null leaves them as they start.</summary>
    internal Bijection Create(bool context, double? spread = 1, ulong seed = 1)
    {
        Bijection bijection = _create(context ? ContextWidth : 0);
        Tensors.ToFloat64(bijection);
        if (spread is { } size)
            Tensors.Randomize(bijection, size, seed);
        return bijection;
    }

    // The context is a one-hot state, or what the density is given.
    internal static FlowArchitecture Architecture(int dimensions, int contextWidth, FlowPattern pattern, FlowMap map, bool given = false) => new()
    {
        Dimensions = dimensions,
        Context = given ? contextWidth : 0,
        States = given ? 1 : Math.Max(1, contextWidth),
        Pattern = pattern,
        Map = map,
        Layers = 3,
        HiddenUnits = 12,
        Blocks = 1,
        Bins = 5,
        Seed = 11,
    };

    private static BijectionCase Flow(int dimensions, FlowPattern pattern, FlowMap map) =>
        new(dimensions, width => Fresh.Layers(Architecture(dimensions, width, pattern, map)), spread: 0.3);

    private static BijectionCase Flow(int dimensions, FlowLayer layer) => new(
        dimensions, width => Fresh.Layers(Architecture(dimensions, width, FlowPattern.Coupling, FlowMap.Affine) with { Layer = layer, Layers = 2 }), spread: 0.3);

    private static BijectionCase Layer(int dimensions, FlowLayer layer, int blocks = 1) => new(
        dimensions,
        width => Fresh.Layers(Architecture(dimensions, width, FlowPattern.Coupling, FlowMap.Affine) with { Layer = layer, Layers = 1, Blocks = blocks })
            .Steps.Single(step => step is ResidualLayer or ContinuousFlow),
        spread: layer == FlowLayer.Continuous ? 0.2 : 1);

    private static BijectionCase Layer(int dimensions, FlowPattern pattern, FlowMap map, bool published = false, bool given = false) => new(
        dimensions,
        width => Fresh.Layers(Architecture(dimensions, width, pattern, map, given) with
        {
            Layers = 1,
            Parameterization = published ? FlowParameterization.NeuralSpline : FlowParameterization.SoftLimited,
        }).Steps.Single(step => step is Coupling or MaskedAutoregressive or RecurrentAutoregressive),
        takesContext: given ? true : null, published: published, spread: published ? 0.5 : 1);
}
