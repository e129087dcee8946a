using Microsoft.ML.NormalizingFlows.Torch.Latents;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

/// <summary>Shares that are negligible do not reach a gradient, and change nothing else.</summary>
public class SharesTests
{
    private static readonly float[] Logits = [0, -3, -20, -40, -60, -80, -86, -95, -200, -1e5f];

    [Fact]
    public void Softmax_and_its_sum_are_those_of_all_logits()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(Logits, [1, Logits.Length]);
        Assert.Equal(logits.logsumexp(1).item<float>(), Shares.LogSum(logits).item<float>());
        float[] expected = nn.functional.softmax(logits, 1).data<float>().ToArray(), actual = Shares.Of(logits).data<float>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i] < 1e-12 ? 0 : expected[i], actual[i]);
        var nothing = tensor(new[] { float.NaN, 0 }, [1, 2]);
        Assert.Equal(float.NaN, Shares.LogSum(nothing).item<float>());
    }

    [Theory]
    [InlineData("density")]
    [InlineData("divergence")]
    [InlineData("draw")]
    public void Gradients_hold_no_subnormal_number(string name)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(Logits, [1, Logits.Length]).requires_grad_();
        var latent = new DiscreteLatent(Logits.Length);
        var weights = arange(0, Logits.Length, float32);
        Tensor loss = name switch
        {
            "density" => latent.LogDensity(logits).mean(),
            "divergence" => latent.Divergence(logits).mean(),
            _ => (GumbelSoftmax.Sample(logits, full_like(logits, 0.5f), 1) * weights).sum(),
        };
        (loss * 1e-2f).backward();
        float[] gradient = logits.grad!.data<float>().ToArray();
        Assert.All(gradient, value => Assert.True(float.IsFinite(value) && !float.IsSubnormal(value), $"{value}"));
        Assert.NotEqual(0, gradient[1]);
    }

    [Fact]
    public void Moments_of_gradients_that_cease_end_at_zero()
    {
        using var parameter = new Parameter(tensor(new[] { 1f, 1e-37f }));
        using var optimizer = new FlowOptimizer([("p", parameter)], 0.1, 5);
        Step(1e-19f);
        for (int i = 0; i < 1_500; i++)
            Step(0);
        var state = optimizer.Extract();
        Assert.All(state.Where(array => array.Name.StartsWith('p')), array => Assert.Equal([0, 0], array.Values));
        Assert.Equal(0, parameter.data<float>()[1]);

        void Step(float slope)
        {
            using var scope = NewDisposeScope();
            optimizer.Step((parameter * slope).sum(), 1e-3);
        }
    }
}
