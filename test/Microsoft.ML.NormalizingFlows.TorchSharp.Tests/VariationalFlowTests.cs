using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

public class VariationalFlowTests
{
    public static TheoryData<FlowPattern, FlowMap, int, int> Flows => new()
    {
        { FlowPattern.Coupling, FlowMap.Affine, 1, 1 },
        { FlowPattern.Coupling, FlowMap.RationalQuadraticSpline, 3, 1 },
        { FlowPattern.Autoregressive, FlowMap.Affine, 3, 1 },
        { FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline, 1, 1 },
        { FlowPattern.Coupling, FlowMap.RationalQuadraticSpline, 1, 4 },
        { FlowPattern.Autoregressive, FlowMap.Affine, 2, 3 },
    };

    private static FlowArchitecture Small(FlowPattern pattern, FlowMap map, int states, int components) => new()
    {
        Dimensions = 2, States = states, Pattern = pattern, Map = map, Layers = 3, HiddenUnits = 8, Bins = 5,
        EncoderHiddenUnits = 8, StateStandardization = states > 1, BaseComponents = components,
    };

    [Theory]
    [MemberData(nameof(Flows))]
    public void Density_integrates_to_one(FlowPattern pattern, FlowMap map, int states, int components)
    {
        using var flow = Perturbed.Flow(Small(pattern, map, states, components), 0.15f);
        flow.to(ScalarType.Float64);
        const int points = 800, lines = 20;
        const double bound = 25;
        double total = 0;
        for (int start = 0; start < points; start += lines)
        {
            using var scope = NewDisposeScope();
            using var mode = no_grad();
            var strip = new double[lines * points * 2];
            for (int i = 0; i < lines * points; i++)
                (strip[2 * i], strip[2 * i + 1]) = (Grid(start + i / points), Grid(i % points));
            total += flow.LogDensity(tensor(strip, [lines * points, 2])).exp().sum().item<double>();
        }
        double cell = Math.Pow(2 * bound / points, 2);
        Assert.Equal(1, total * cell, 0.002);

        double Grid(int i) => -bound + 2 * bound * (i + 0.5) / points;
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void Every_state_at_once_equals_one_state_at_a_time(FlowPattern pattern, FlowMap map, int states, int components)
    {
        using var flow = Perturbed.Flow(Small(pattern, map, states, components));
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var x = tensor(Numbers.Table(7, 2), [7, 2]);
        var all = flow.ConditionalLogDensity(x);
        Assert.Equal([7, states], all.shape);
        for (int k = 0; k < states; k++)
        {
            var context = states == 1 ? null : flow.Latent.OneHot(full(7, k, dtype: ScalarType.Int64), x);
            var one = flow.LogDensityGiven(x, context).data<float>().ToArray();
            var column = all.select(1, k).contiguous().data<float>().ToArray();
            for (int i = 0; i < 7; i++)
                Assert.Equal(one[i], column[i], 4);
        }
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void Generating_inverts_the_transport(FlowPattern pattern, FlowMap map, int states, int components)
    {
        using var flow = Perturbed.Flow(Small(pattern, map, states, components));
        flow.to(ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var x = tensor(Numbers.Table(50, 2), [50, 2]).to(ScalarType.Float64);
        var points = flow.ForEveryState(x).Base;
        for (int k = 0; k < states; k++)
        {
            var context = states == 1 ? null : flow.Latent.OneHot(full(50, k, dtype: ScalarType.Int64), x);
            var back = flow.Generate(points.select(1, k), context);
            Assert.True((back - x).abs().max().item<double>() < 1e-7);
        }
    }

    [Fact]
    public void Standardisation_is_counted_in_the_density()
    {
        var architecture = Small(FlowPattern.Coupling, FlowMap.Affine, 1, 1) with { Layers = 1 };
        using var plain = Fresh.Flow(architecture, [0, 0], [1, 1]);
        using var scaled = Fresh.Flow(architecture, [5, -3], [10, 0.1f]);
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        var u = tensor(Numbers.Table(20, 2), [20, 2]);
        var x = u * tensor(new[] { 10f, 0.1f }) + tensor(new[] { 5f, -3f });
        // p_x(x) = p_u((x - shift) / scale) / (10 * 0.1), and the scales multiply to 1.
        Assert.True((plain.LogDensity(u) - scaled.LogDensity(x)).abs().max().item<float>() < 1e-4);
    }
}
