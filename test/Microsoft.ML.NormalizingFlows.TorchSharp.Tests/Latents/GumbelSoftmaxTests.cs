using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Latents;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Latents;

public class GumbelSoftmaxTests
{
    [Fact]
    public void Samples_are_one_hot_with_the_probabilities_of_the_softmax()
    {
        using var scope = NewDisposeScope();
        const int rows = 20_000;
        var uniforms = new float[rows * 3];
        new RandomStream(1).FillUniform(uniforms, 1e-6f, 1 - 1e-6f);
        var logits = tensor(new[] { 0f, 1f, -1f }, [1, 3]).expand(rows, 3).contiguous();
        var samples = GumbelSoftmax.Sample(logits, tensor(uniforms, [rows, 3]), 1);
        Assert.All(samples.sum(1L).data<float>().ToArray(), sum => Assert.Equal(1f, sum, 5));
        Assert.Equal(rows, samples.round().sum().item<float>());
        var shares = samples.mean([0L]).data<float>().ToArray();
        double total = Math.Exp(0) + Math.Exp(1) + Math.Exp(-1);
        Assert.Equal(1 / total, shares[0], 0.015);
        Assert.Equal(Math.Exp(1) / total, shares[1], 0.015);
    }

    [Fact]
    public void Gradients_are_those_of_the_soft_sample()
    {
        using var scope = NewDisposeScope();
        var weights = tensor(new double[] { 1, 2, 3 }, [1, 3]);
        var uniforms = tensor(new double[] { 0.3, 0.6, 0.9 }, [1, 3]);
        var logits = tensor(new double[] { 0.1, 0.2, -0.3 }, [1, 3]).requires_grad_();
        (GumbelSoftmax.Sample(logits, uniforms, 0.7) * weights).sum().backward();
        var soft = tensor(new double[] { 0.1, 0.2, -0.3 }, [1, 3]).requires_grad_();
        (nn.functional.softmax((soft - (-uniforms.log()).log()) / 0.7, 1) * weights).sum().backward();
        var expected = soft.grad!.data<double>().ToArray();
        var actual = logits.grad!.data<double>().ToArray();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 12);
    }
}
