using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>AdamW against the formula, and what surrounds it.</summary>
public class TorchSharpOptimizerTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void AdamWFollowsItsFormula(double decay)
    {
        const double rate = 0.05, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
        using var parameter = new Parameter(tensor(new[] { 1.0 }));
        using var optimizer = optim.AdamW([parameter], lr: rate, weight_decay: decay);
        var (value, first, second) = (1.0, 0.0, 0.0);
        for (var step = 1; step <= 5; step++)
        {
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                parameter.square().sum().backward();
                optimizer.step();
            }
            var gradient = 2 * value;
            value *= 1 - rate * decay;
            first = beta1 * first + (1 - beta1) * gradient;
            second = beta2 * second + (1 - beta2) * gradient * gradient;
            value -= rate / (1 - Math.Pow(beta1, step)) * first / (Math.Sqrt(second) / Math.Sqrt(1 - Math.Pow(beta2, step)) + epsilon);
            Assert.Equal(value, parameter.data<double>()[0], 14);
        }
        var state = (AdamW.State)optimizer.state_dict().State.Single();
        Assert.Equal(5, state.step);
        Assert.Equal(first, state.exp_avg.data<double>()[0], 14);
        Assert.Equal(second, state.exp_avg_sq.data<double>()[0], 14);
    }

    [Fact]
    public void TheRateIsSetThroughTheGroups()
    {
        using var parameter = new Parameter(tensor(new[] { 1.0 }));
        using var optimizer = optim.AdamW([parameter], lr: 0.05);
        var group = optimizer.ParamGroups.Single();
        Assert.Equal(0.05, group.LearningRate);
        group.LearningRate = 0;
        parameter.sum().backward();
        optimizer.step();
        Assert.Equal(1, parameter.data<double>()[0]);
        Assert.Equal(0.05, group.InitialLearningRate);
    }

    [Fact]
    public void AParameterWithoutGradientStaysAsItIs()
    {
        using var parameter = new Parameter(tensor(new[] { 1.0 }));
        using var optimizer = optim.AdamW([parameter], lr: 0.05, weight_decay: 0.5);
        optimizer.step();
        Assert.Equal(1, parameter.data<double>()[0]);
        parameter.sum().backward();
        optimizer.zero_grad();
        using var grad = parameter.grad;
        Assert.Equal(0, grad!.data<double>()[0]);
    }

    [Fact]
    public void StateOutlivesTheScopeOfTheStep()
    {
        using var parameter = new Parameter(tensor(new[] { 1.0 }));
        AdamW.State state;
        using (NewDisposeScope())
        {
            var optimizer = optim.AdamW([parameter], lr: 0.05, amsgrad: true);
            parameter.sum().backward();
            optimizer.step();
            state = (AdamW.State)optimizer.state_dict().State.Single();
        }
        Assert.False(state.exp_avg.IsInvalid);
        Assert.False(state.max_exp_avg_sq!.IsInvalid);
    }

    [Fact]
    public void ClippingReturnsTheNormBefore()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Parameter(zeros(1, dtype: float64)), new Parameter(zeros(1, dtype: float64)));
        (a * 3 + b * 4).sum().backward();
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 10), 12);
        Assert.Equal(4, b.grad!.item<double>(), 12);
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 1), 12);
        Assert.Equal(3 / 5.000001, a.grad!.item<double>(), 12);
        Assert.Equal(4 / 5.000001, b.grad!.item<double>(), 12);
        Assert.Equal(1, nn.utils.clip_grad_norm_([a, b], 1), 5);
    }
}
