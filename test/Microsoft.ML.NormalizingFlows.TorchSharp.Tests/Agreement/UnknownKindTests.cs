using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>A kind that an engine does not know is refused; nothing falls through to another.</summary>
public sealed class UnknownKindTests
{
    private static readonly FlowSpec s_plain = new FlowArchitecture { Dimensions = 2, Layers = 1, HiddenUnits = 4 }.ToSpec();

    private sealed record AnotherLatent : LatentSpec
    {
        public override int States => 2;
    }

    private sealed record AnotherBase : BaseSpec;

    private sealed record AnotherLayer : LayerSpec;

    private sealed record AnotherMap : MapSpec
    {
        public override int ParametersPerFeature => 2;
    }

    private sealed record AnotherPattern : PatternSpec
    {
        public override void AddParameters(ParameterList list, MapSpec map, NetworkSpec network)
        {
        }
    }

    private static FlowSpec With(Func<MapLayerSpec, LayerSpec> change) =>
        s_plain with { Layers = [.. s_plain.Layers.Select(layer => layer is MapLayerSpec map ? change(map) : layer)] };

    private static FlowSpec Of(string part) => part switch
    {
        "latent" => s_plain with { Latent = new AnotherLatent() },
        "base" => s_plain with { Base = new AnotherBase() },
        "layer" => With(_ => new AnotherLayer()),
        "map" => With(layer => layer with { Map = new AnotherMap() }),
        "pattern" => With(layer => layer with { Pattern = new AnotherPattern() }),
        _ => throw new ArgumentException(part),
    };

    [Theory]
    [InlineData("latent")]
    [InlineData("base")]
    [InlineData("layer")]
    [InlineData("map")]
    [InlineData("pattern")]
    public void Neither_engine_takes_a_kind_for_another(string part)
    {
        var spec = Of(part);
        Assert.False(new ManagedEngine().Supports(spec));
        Assert.Throws<NotSupportedException>(() => new VariationalFlow(spec, [0, 0], [1, 1]));
        // The managed engine never sees an order of layers that it does not support.
        if (part != "layer")
            Assert.Throws<NotSupportedException>(() => new ManagedFlow<Lanes128>(spec));
    }

    [Fact]
    public void A_map_alone_is_refused_too() => Assert.Throws<NotSupportedException>(() => FlowBuilder.BuildMap(new AnotherMap()));
}
