using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>A feature depends on the features that the pattern names, on those only, and on the context where it should.</summary>
public sealed class DependencyTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("coupling, spline")]
    [InlineData("coupling, affine")]
    [InlineData("coupling, spline, as published")]
    [InlineData("coupling, additive")]
    [InlineData("coupling, mixture of logistics")]
    public void A_coupling_maps_even_features_as_odd_ones_say(string name)
    {
        using Bijection f = BijectionCase.Named(name).Create(context: true, spread: 2);
        double[,,] jacobian = Jacobian(f);
        bool depends = false;
        for (int row = 0; row < jacobian.GetLength(0); row++)
            for (int i = 0; i < f.Dimensions; i++)
                for (int j = 0; j < f.Dimensions; j++)
                {
                    double entry = jacobian[row, i, j];
                    if (i == j)
                        Assert.True(i % 2 == 0 ? entry > 0 : entry == 1);
                    else if (i % 2 == 1 || j % 2 == 0)
                        Assert.Equal(0, entry);
                    else
                        depends |= entry != 0;
                }
        Assert.True(depends);
    }

    [Theory]
    [InlineData("autoregressive, spline")]
    [InlineData("autoregressive, affine")]
    [InlineData("autoregressive, affine, as published")]
    [InlineData("autoregressive, more features than units")]
    [InlineData("autoregressive, mixture of logistics")]
    [InlineData("recurrent, affine")]
    public void An_autoregressive_layer_is_lower_triangular_in_order(string name)
    {
        using Bijection f = BijectionCase.Named(name).Create(context: true, spread: 2);
        double[,,] jacobian = Jacobian(f);
        var dependsOnEarlier = new bool[f.Dimensions];
        for (int row = 0; row < jacobian.GetLength(0); row++)
            for (int i = 0; i < f.Dimensions; i++)
            {
                Assert.True(jacobian[row, i, i] > 0);
                for (int j = i + 1; j < f.Dimensions; j++)
                    Assert.Equal(0, jacobian[row, i, j]);
                for (int j = 0; j < i; j++)
                    dependsOnEarlier[i] |= jacobian[row, i, j] != 0;
            }
        Assert.All(dependsOnEarlier.Skip(1), Assert.True);
    }

    [Theory]
    [InlineData("coupling, spline, one feature")]
    [InlineData("autoregressive, affine, one feature")]
    [InlineData("autoregressive, spline")]
    [InlineData("autoregressive, affine")]
    [InlineData("coupling, affine, one feature, given a context")]
    [InlineData("autoregressive, affine, given a context")]
    [InlineData("autoregressive, spline, one feature, given a context")]
    [InlineData("recurrent, affine")]
    [InlineData("recurrent, spline, given a context")]
    [InlineData("residual")]
    [InlineData("continuous")]
    public void The_context_reaches_the_first_feature(string name)
    {
        using Bijection f = BijectionCase.Named(name).Create(context: true);
        Tensor points = full(3, f.Dimensions, 0.4, float64);
        double[] first = Tensors.Values(f.Forward(points, Tensors.OneHot(3, BijectionCase.ContextWidth)).Value.select(1, 0));
        Assert.Equal(3, first.Distinct().Count());
    }

    [Fact]
    public void A_flow_of_one_state_takes_no_context_and_ignores_one()
    {
        using Bijection f = BijectionCase.Named("flow of coupling splines").Create(context: false);
        Assert.Equal(0, f.ContextWidth);
        Tensor points = Tensors.Normal(new RandomStream(2), 1, 9, f.Dimensions);
        ValueAndLogDeterminant without = f.Forward(points);
        ValueAndLogDeterminant with = f.Forward(points, ones(9, 1, float64));
        Assert.Equal(Tensors.Values(without.Value), Tensors.Values(with.Value));
        Assert.Equal(Tensors.Values(without.LogDeterminant), Tensors.Values(with.LogDeterminant));
    }

    [Fact]
    public void Each_state_is_a_flow_of_its_own()
    {
        using Bijection f = BijectionCase.Named("flow of coupling splines").Create(context: true);
        Tensor points = Tensors.Normal(new RandomStream(2), 1, 1, f.Dimensions).expand(3, -1).contiguous();
        double[] logDeterminants = Tensors.Values(f.Forward(points, Tensors.OneHot(3, BijectionCase.ContextWidth)).LogDeterminant);
        Assert.Equal(3, logDeterminants.Distinct().Count());
    }

    private static double[,,] Jacobian(Bijection f)
    {
        Tensor points = Tensors.Normal(new RandomStream(9), 1, 20, f.Dimensions);
        Tensor context = Tensors.OneHot(20, BijectionCase.ContextWidth);
        return Tensors.Jacobian(x => f.Forward(x, context).Value, points);
    }
}
