using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

public sealed class FlowBuilderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, FlowPattern.Coupling)]
    [InlineData(1, FlowPattern.Autoregressive)]
    [InlineData(200, FlowPattern.Coupling)]
    [InlineData(200, FlowPattern.Autoregressive)]
    public void Tables_of_1_and_of_200_columns_fit(int dimensions, FlowPattern pattern)
    {
        using Composition flow = Create(dimensions, pattern, FlowMap.RationalQuadraticSpline, layers: 1);
        Tensors.Randomize(flow, 0.5, 1);
        Tensor points = Tensors.Normal(new RandomStream(1), 1, 3, dimensions).to(float32);
        Tensor context = Tensors.OneHot(3, 3).to(float32);
        ValueAndLogDeterminant noise = flow.Forward(points, context);
        Tensor back = flow.Inverse(noise.Value, context).Value;
        Assert.True(Tensors.AllFinite(noise.LogDeterminant));
        Assert.InRange(Tensors.LargestDifference(points, back), 0, 2e-3);
    }

    [Theory]
    [InlineData(FlowPattern.Coupling, FlowMap.RationalQuadraticSpline)]
    [InlineData(FlowPattern.Coupling, FlowMap.Affine)]
    [InlineData(FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline)]
    [InlineData(FlowPattern.Autoregressive, FlowMap.Affine)]
    public void A_fresh_flow_is_near_the_identity_but_for_the_order(FlowPattern pattern, FlowMap map)
    {
        using Composition flow = Create(4, pattern, map, layers: 1);
        Tensor points = Tensors.Normal(new RandomStream(1), 1, 200, 4).to(float32);
        ValueAndLogDeterminant noise = flow.Forward(points, Tensors.OneHot(200, 3).to(float32));
        // Layers = 1 reorders twice; sorting the four values of a row undoes any order.
        Assert.InRange(Tensors.LargestDifference(SortedRows(points), SortedRows(noise.Value)), 0, 0.5);
        // The slope of a fresh spline is 0.69 at its knots: 0.4 for each of four features.
        Assert.All(Tensors.Values(noise.LogDeterminant), value => Assert.InRange(value, -1.6, 1.6));
    }

    [Fact]
    public void One_seed_gives_one_flow_and_another_seed_another()
    {
        float[] first = AllValues(seed: 1), again = AllValues(seed: 1), other = AllValues(seed: 2);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Layers_start_from_different_weights_and_orders()
    {
        using Composition flow = Create(30, FlowPattern.Coupling, FlowMap.Affine);
        Tensor points = arange(30, float32).unsqueeze(0);
        var orders = flow.Steps.OfType<Permutation>().Select(step => string.Join(' ', Tensors.Values(step.Forward(points).Value)));
        Assert.Equal(3, orders.Distinct().Count());
        var weights = flow.named_parameters().Where(entry => entry.name.EndsWith("final.weight", StringComparison.Ordinal))
            .Select(entry => Tensors.Values(entry.parameter)[0]);
        Assert.Equal(2, weights.Distinct().Count());
    }

    [Fact]
    public void Steps_are_those_of_the_architecture()
    {
        using Composition flow = Fresh.Layers(
            BijectionCase.Architecture(4, 3, FlowPattern.Autoregressive, FlowMap.Affine) with { Layers = 2, StateStandardization = true });
        Assert.Equal(
            [nameof(StateStandardization), nameof(Permutation), nameof(LULinear), nameof(MaskedAutoregressive),
             nameof(Permutation), nameof(LULinear), nameof(MaskedAutoregressive), nameof(Permutation), nameof(LULinear)],
            flow.Steps.Select(step => step.GetType().Name));
        Assert.Equal(3, flow.ContextWidth);
    }

    [Fact]
    public void A_flow_built_within_a_dispose_scope_outlives_it()
    {
        Composition flow;
        using (NewDisposeScope())
            flow = Create(3, FlowPattern.Autoregressive, FlowMap.RationalQuadraticSpline);
        using (flow)
            Assert.True(Tensors.AllFinite(flow.Forward(zeros(2, 3), Tensors.OneHot(2, 3).to(float32)).Value));
    }

    [Fact]
    public void State_standardisation_has_a_shift_and_a_scale_for_each_state()
    {
        using var step = new StateStandardization(2, 2);
        using (no_grad())
        {
            step.named_parameters().Single(entry => entry.name == "shift").parameter.copy_(tensor(new[] { 1f, 2, 3, 4 }, [2, 2]));
            step.named_parameters().Single(entry => entry.name == "logScale").parameter.copy_(tensor(new[] { 0.5f, 1, 2, 4 }, [2, 2]).log());
        }
        ValueAndLogDeterminant result = step.Forward(full(2, 2, 5f), Tensors.OneHot(2, 2).to(float32));
        Assert.InRange(Tensors.LargestDifference(tensor(new[] { 8f, 3f, 1f, 0.25f }, [2, 2]), result.Value), 0, 1e-6);
        Assert.InRange(
            Tensors.LargestDifference(tensor(new[] { -MathF.Log(0.5f), -MathF.Log(8) }, [2]), result.LogDeterminant), 0, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e-40f)]
    public void Scales_of_a_standardisation_are_positive(float scale) =>
        Assert.Throws<ArgumentException>(() => new Standardization([0, 0], [1, scale]));

    private static Composition Create(int dimensions, FlowPattern pattern, FlowMap map, int layers = 2) =>
        Fresh.Layers(BijectionCase.Architecture(dimensions, 3, pattern, map) with { Layers = layers });

    private static float[] AllValues(ulong seed)
    {
        using Composition flow = Fresh.Layers(
            BijectionCase.Architecture(5, 3, FlowPattern.Coupling, FlowMap.RationalQuadraticSpline) with { Seed = seed });
        return [.. flow.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => Tensors.Values(entry.Value)).Select(value => (float)value)];
    }

    private static Tensor SortedRows(Tensor points)
    {
        double[] values = Tensors.Values(points);
        for (int start = 0; start < values.Length; start += 4)
            Array.Sort(values, start, 4);
        return tensor(values, points.shape);
    }
}
