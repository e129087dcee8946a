using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

public class FlowOptimizerTests
{
    private static Parameter Number(double value) => new(tensor(new[] { value }));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void Steps_follow_the_formula_of_AdamW(double decay)
    {
        const double rate = 0.05, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
        using var parameter = Number(1);
        using var optimizer = new FlowOptimizer([("p", parameter)], decay, clip: 100);
        var (value, first, second) = (1.0, 0.0, 0.0);
        for (int step = 1; step <= 5; step++)
        {
            using (NewDisposeScope())
                Assert.True(optimizer.Step(parameter.square().sum(), rate));
            double gradient = 2 * value;
            value *= 1 - rate * decay;
            first = beta1 * first + (1 - beta1) * gradient;
            second = beta2 * second + (1 - beta2) * gradient * gradient;
            value -= rate / (1 - Math.Pow(beta1, step)) * first / (Math.Sqrt(second / (1 - Math.Pow(beta2, step))) + epsilon);
            Assert.Equal(value, parameter.data<double>()[0], 13);
        }
    }

    [Fact]
    public void The_gradient_is_clipped_and_one_that_is_not_finite_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var parameter = Number(3);
        using var optimizer = new FlowOptimizer([("p", parameter)], 0, clip: 1e-3);
        Assert.False(optimizer.Step((parameter * double.PositiveInfinity).sum(), 0.1));
        Assert.Equal(3, parameter.data<double>()[0]);
        Assert.True(optimizer.Step(parameter.square().sum(), 0.1));
        Assert.Equal(1e-3, parameter.grad!.data<double>()[0], 6);
    }

    [Fact]
    public void State_that_is_put_back_goes_on_as_before()
    {
        double[] Steps(FlowOptimizer optimizer, Parameter parameter, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            using var scope = NewDisposeScope();
            optimizer.Step(parameter.square().sum(), 0.1);
            return parameter.data<float>()[0];
        })];
        using var first = new Parameter(tensor(new[] { 1f }));
        using var optimizer = new FlowOptimizer([("p", first)], 0, 5);
        Steps(optimizer, first, 3);
        using var second = new Parameter(tensor(first.data<float>().ToArray()));
        using var resumed = new FlowOptimizer([("p", second)], 0, 5);
        resumed.Load(optimizer.Extract());
        Assert.Equal(Steps(optimizer, first, 3), Steps(resumed, second, 3));
    }
}
