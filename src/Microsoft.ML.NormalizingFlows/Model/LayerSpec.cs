using System.Text.Json.Serialization;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>One layer of a flow, from data to noise: which map it is, and the parameters that it learns.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PermutationSpec), "permutation")]
[JsonDerivedType(typeof(LinearSpec), "linear")]
[JsonDerivedType(typeof(StateStandardizationSpec), "stateStandardization")]
[JsonDerivedType(typeof(LeakySpec), "leaky")]
[JsonDerivedType(typeof(MapLayerSpec), "map")]
[JsonDerivedType(typeof(ResidualSpec), "residual")]
[JsonDerivedType(typeof(ContinuousSpec), "continuous")]
internal abstract record LayerSpec
{
    /// <summary>Lists what the layer learns, if anything.</summary>
    public virtual void AddParameters(ParameterList list)
    {
    }

    /// <exception cref="ArgumentException">It does not fit into the flow.</exception>
    public virtual void Validate(FlowSpec flow)
    {
    }
}

/// <summary>Another order of the features, <c>y_i = x_order(i)</c>.</summary>
internal sealed record PermutationSpec(IReadOnlyList<int> Order) : LayerSpec
{
    public override void Validate(FlowSpec flow)
    {
        if (!Order.Order().SequenceEqual(Enumerable.Range(0, flow.Dimensions)))
            throw new ArgumentException($"a permutation is none of {flow.Dimensions} features");
    }
}

/// <summary>
/// A linear map in LU form, <c>y = L U x + b</c>: L unit lower triangular, U upper triangular with the diagonal <c>softplus(u) + 1e-3</c>. It
/// starts as the identity.
/// </summary>
/// <param name="Rank">
/// r, from 1 to 128: only the first r columns of L and rows of U have more than a diagonal, so that r features are mixtures of all and all others
/// depend on those. There are 2 r D weights then in place of D². What is learned of U beside the diagonal is divided by the root of D there, so that a
/// step of training moves a mixture of D features about as far as one feature. Null for all columns and rows.
/// </param>
internal sealed record LinearSpec(int? Rank = null) : LayerSpec
{
    /// <summary>Columns of L and rows of U that are learned, of D features.</summary>
    public int RankOf(int dimensions) => Math.Min(Rank ?? dimensions, dimensions);

    /// <summary>What the learned values of U beside the diagonal are multiplied with.</summary>
    public float UpperScaleOf(int dimensions) => RankOf(dimensions) < dimensions ? 1 / MathF.Sqrt(dimensions) : 1;

    public override void Validate(FlowSpec flow)
    {
        if (Rank is int rank)
            Ranges.Integer("The rank of a linear map", rank, 1, FlowLimits.Rank);
        else if (flow.Dimensions > FlowLimits.FullRank)
            throw new ArgumentException(FormattableString.Invariant($"a linear map of full rank has {flow.Dimensions:N0} features, more than {FlowLimits.FullRank:N0}"));
    }

    public override void AddParameters(ParameterList list)
    {
        long d = list.Flow.Dimensions, r = RankOf(list.Flow.Dimensions), triangle = r * (r - 1) / 2 + (d - r) * r;
        list.Add("lower", ParameterStart.Zeros, triangle);
        list.Add("upper", ParameterStart.Zeros, triangle);
        list.Add("diagonal", ParameterStart.Constant((float)Math.Log(Math.Exp(1 - ParameterLimits.MinimumDiagonal) - 1)), d);
        list.Add("bias", ParameterStart.Zeros, d);
    }
}

/// <summary>A shift and a scale of its own for each latent state, in front of the layers that all states share.</summary>
internal sealed record StateStandardizationSpec : LayerSpec
{
    public override void AddParameters(ParameterList list)
    {
        list.Add("shift", ParameterStart.Zeros, list.Flow.States, list.Flow.Dimensions);
        list.Add("logScale", ParameterStart.Zeros, list.Flow.States, list.Flow.Dimensions);
    }

    public override void Validate(FlowSpec flow)
    {
        if (flow.States == 1)
            throw new ArgumentException("a standardisation of states stands in a flow without states");
    }
}

/// <summary>
/// <c>y = x</c> where x is 0 or more, <c>y = a x</c> elsewhere, with one learned a from 1/1000 to 1 for all features (Oliva et al. 2018, Transformation
/// Autoregressive Networks).
/// </summary>
internal sealed record LeakySpec : LayerSpec
{
    /// <summary>Of the logit of a; it starts at 5, as published.</summary>
    public const double MaximumLogit = 2 * ParameterLimits.SoftLogarithm;

    public override void AddParameters(ParameterList list) => list.Add("logit", ParameterStart.Constant(5), 1);
}

/// <summary>A layer with a network.</summary>
internal abstract record NetworkLayerSpec(NetworkSpec Network) : LayerSpec
{
    public override void Validate(FlowSpec flow) => Network.Validate();

    /// <summary>Adds the network of a layer that maps all features at once: 1 + Blocks hidden layers between as many inputs and outputs as there are features.</summary>
    protected void AddWholeNetwork(ParameterList list)
    {
        int d = list.Flow.Dimensions, hidden = Network.HiddenUnits;
        list.AddDense("first", d, hidden);
        if (list.Flow.ContextWidth > 0)
            list.Add("context.weight", ParameterStart.Uniform(1 / MathF.Sqrt(list.Flow.ContextWidth)), hidden, list.Flow.ContextWidth);
        for (int i = 0; i < Network.Blocks; i++)
            list.AddDense(FormattableString.Invariant($"blocks.{i}"), hidden, hidden);
        list.AddDense("final", hidden, d, ParameterLimits.NearZero);
    }
}

/// <summary>
/// The layer of the literature: a monotone map of each feature (<paramref name="Map"/>), whose parameters a network
/// (<paramref name="Network"/>) gives from other features, which ones the <paramref name="Pattern"/> says.
/// </summary>
internal sealed record MapLayerSpec(PatternSpec Pattern, MapSpec Map, NetworkSpec Network) : NetworkLayerSpec(Network)
{
    public override void AddParameters(ParameterList list) => Pattern.AddParameters(list, Map, Network);

    public override void Validate(FlowSpec flow)
    {
        Pattern.Validate(flow);
        Map.Validate();
        base.Validate(flow);
    }
}

/// <summary>
/// <c>y = x + g(x)</c> with a network g whose slopes are below 1 (Behrmann et al. 2019, Invertible Residual Networks; Chen et al. 2019, Residual Flows):
/// every feature depends on every other, and the log-determinant is that of the whole Jacobian.
/// </summary>
/// <param name="Network">1 + Blocks hidden layers of HiddenUnits.</param>
internal sealed record ResidualSpec(NetworkSpec Network) : NetworkLayerSpec(Network)
{
    public override void AddParameters(ParameterList list)
    {
        AddWholeNetwork(list);
        list.Add("sharpness", ParameterStart.Constant(0.5f), 1 + Network.Blocks);
    }
}

/// <summary>
/// The flow of an ordinary differential equation, <c>dx/dt = f(x, t)</c> from t = 0 to 1 (Chen et al. 2018, Neural Ordinary Differential Equations;
/// Grathwohl et al. 2019, FFJORD). Its log-determinant is the integral of the divergence of f.
/// </summary>
/// <param name="Network">f: 1 + Blocks hidden layers of HiddenUnits.</param>
/// <param name="Tolerance">The error of a step, absolute and relative.</param>
internal sealed record ContinuousSpec(NetworkSpec Network, double Tolerance = 1e-5) : NetworkLayerSpec(Network)
{
    public override void AddParameters(ParameterList list)
    {
        AddWholeNetwork(list);
        int hidden = Network.HiddenUnits, layers = 1 + Network.Blocks;
        list.Add("gateSlope", ParameterStart.Zeros, layers, hidden);
        list.Add("gate", ParameterStart.Zeros, layers, hidden);
        list.Add("drift", ParameterStart.Zeros, layers, hidden);
        list.Add("finalDrift", ParameterStart.Zeros, list.Flow.Dimensions);
    }

    public override void Validate(FlowSpec flow)
    {
        base.Validate(flow);
        Ranges.Within(nameof(Tolerance), Tolerance, 1e-8, 1e-2);
    }
}
