using System.Text.Json.Serialization;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>How the features of a layer depend on one another, and with it the kind of network that gives the parameters of its map.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CouplingSpec), "coupling")]
[JsonDerivedType(typeof(AutoregressiveSpec), "autoregressive")]
[JsonDerivedType(typeof(RecurrentSpec), "recurrent")]
internal abstract record PatternSpec
{
    public abstract void AddParameters(ParameterList list, MapSpec map, NetworkSpec network);

    /// <exception cref="ArgumentException">It does not fit into the flow.</exception>
    public virtual void Validate(FlowSpec flow)
    {
    }

    // What both kinds of network have; how the state enters a block differs.
    private protected static void AddBlocks(ParameterList list, NetworkSpec network, string stateName)
    {
        int hidden = network.HiddenUnits, states = list.Flow.StateWidth;
        for (int i = 0; i < network.Blocks; i++)
        {
            string block = FormattableString.Invariant($"conditioner.blocks.{i}.");
            list.AddDense(block + "first", hidden, hidden);
            list.AddDense(block + "second", hidden, hidden, ParameterLimits.NearZero);
            if (states > 0)
                list.AddDense(block + stateName, states, hidden);
        }
    }
}

/// <summary>Some features pass and, with the context, say how the others are mapped (Dinh et al. 2017, RealNVP). One pass either way.</summary>
/// <param name="Mask">Of length D; true where the feature is mapped.</param>
internal sealed record CouplingSpec(IReadOnlyList<bool> Mask) : PatternSpec
{
    /// <summary>How many features are mapped.</summary>
    public int Mapped => Mask.Count(mapped => mapped);

    /// <summary>Values that the network takes beside the state: the features that pass and what is given, or one constant for none.</summary>
    public int InputWidth(int given) => Math.Max(1, Mask.Count - Mapped + given);

    public override void AddParameters(ParameterList list, MapSpec map, NetworkSpec network)
    {
        list.AddDense("conditioner.initial", InputWidth(list.Flow.GivenWidth) + list.Flow.StateWidth, network.HiddenUnits);
        AddBlocks(list, network, "gate");
        list.AddDense("conditioner.final", network.HiddenUnits, checked(Mapped * map.ParametersPerFeature), ParameterLimits.NearZero);
    }

    public override void Validate(FlowSpec flow)
    {
        if (Mask.Count != flow.Dimensions || Mapped == 0)
            throw new ArgumentException($"a coupling does not fit {flow.Dimensions} features");
    }
}

/// <summary>
/// Each feature is mapped as those before it, and the context, say (Papamakarios et al. 2017, MAF), by a masked network (Germain et al. 2015,
/// MADE). Density takes one pass, sampling one for each feature.
/// </summary>
/// <param name="FirstSeesContext">
/// Whether hidden units have the degrees from 0 on, so that the context reaches the first feature; else those from 1 on, as published.
/// </param>
internal sealed record AutoregressiveSpec(bool FirstSeesContext = true) : PatternSpec
{
    /// <summary>The degrees of the hidden units.</summary>
    public int[] Degrees(int dimensions, NetworkSpec network) => FirstSeesContext
        ? MaskDegrees.FromContext(dimensions, network.HiddenUnits)
        : MaskDegrees.AsPublished(dimensions, network.HiddenUnits);

    public override void AddParameters(ParameterList list, MapSpec map, NetworkSpec network)
    {
        int d = list.Flow.Dimensions, states = list.Flow.StateWidth;
        list.AddDense("conditioner.initial", d + list.Flow.GivenWidth, network.HiddenUnits);
        if (states > 0)
            list.AddDense("conditioner.context", states, network.HiddenUnits);
        AddBlocks(list, network, "context");
        list.AddDense("conditioner.final", network.HiddenUnits, checked(d * map.ParametersPerFeature), ParameterLimits.NearZero);
    }
}

/// <summary>
/// Each feature is mapped as those before it, and the context, say, by a gated recurrent unit that reads one after another (Cho et al. 2014; Oliva et al.
/// 2018, Transformation Autoregressive Networks). Density and sampling both take D small steps.
/// </summary>
internal sealed record RecurrentSpec : PatternSpec
{
    public override void AddParameters(ParameterList list, MapSpec map, NetworkSpec network)
    {
        int d = list.Flow.Dimensions, hidden = network.HiddenUnits, inputs = 1 + list.Flow.ContextWidth;
        float bound = 1 / MathF.Sqrt(hidden);
        list.Add("conditioner.input.weight", ParameterStart.Uniform(1 / MathF.Sqrt(inputs)), 3 * hidden, inputs);
        list.Add("conditioner.features", ParameterStart.Uniform(bound), d, 3 * hidden);
        list.AddDense("conditioner.hidden", hidden, 3 * hidden);
        AddBlocks(list, network, "gate");
        list.Add("conditioner.final.weight", ParameterStart.Uniform(bound * ParameterLimits.NearZero), map.ParametersPerFeature, hidden);
        list.Add("conditioner.shift", ParameterStart.Uniform(bound * ParameterLimits.NearZero), d, map.ParametersPerFeature);
    }
}

/// <summary>The residual network of a layer.</summary>
/// <param name="HiddenUnits">H, units of each hidden layer.</param>
/// <param name="Blocks">Residual blocks.</param>
/// <param name="LimitsInput">Whether its input is held within <see cref="ParameterLimits.NetworkInput"/>.</param>
internal sealed record NetworkSpec(int HiddenUnits, int Blocks, bool LimitsInput = true)
{
    public void Validate()
    {
        Ranges.Integer(nameof(HiddenUnits), HiddenUnits, 1, FlowLimits.HiddenUnits);
        Ranges.Integer(nameof(Blocks), Blocks, 0, FlowLimits.Blocks);
    }
}

/// <summary>
/// Degrees of hidden units in a masked network (Germain et al. 2015, MADE): features have degrees 1 .. D, a unit of
/// degree m sees the features up to m, and the parameters of a feature see the units of degrees below its own.
/// </summary>
internal static class MaskDegrees
{
    /// <summary>
    /// 0 .. D - 1 in turn, or spread evenly where there are fewer units than features. Units of degree 0 see the
    /// context alone, so that it reaches the first feature too.
    /// </summary>
    public static int[] FromContext(int dimensions, int units)
    {
        var degrees = new int[units];
        for (int j = 0; j < units; j++)
            degrees[j] = units >= dimensions || units == 1 ? j % dimensions : (int)((long)j * (dimensions - 1) / (units - 1));
        return degrees;
    }

    /// <summary>1 .. D - 1 in turn, as published: the parameters of the first feature are constants. 0 for a single feature.</summary>
    public static int[] AsPublished(int dimensions, int units)
    {
        var degrees = new int[units];
        for (int j = 0; j < units; j++)
            degrees[j] = dimensions == 1 ? 0 : j % (dimensions - 1) + 1;
        return degrees;
    }
}
