using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Differentiation and its modes.</summary>
public class TorchSharpAutogradTests
{
    [Fact]
    public void BackwardAddsToTheGradientsOfLeaves()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2 }, requires_grad: true);
        Assert.Null(x.grad);
        x.square().sum().backward();
        x.square().sum().backward();
        Assert.Equal([4.0, 8], x.grad!.data<double>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void GradientsOfGradients()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2 }, requires_grad: true);
        var first = autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0];
        var second = autograd.grad([first.sum()], [x])[0];
        Assert.Equal([3.0, 12], first.data<double>().ToArray());
        Assert.Equal([6.0, 12], second.data<double>().ToArray());
        Assert.Null(x.grad);
    }

    [Fact]
    public void OutputsCanBeWeighted()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2 }, requires_grad: true);
        var weighted = autograd.grad([x * x], [x], grad_outputs: [tensor(new[] { 1.0, 10 })])[0];
        Assert.Equal([2.0, 40], weighted.data<double>().ToArray());
    }

    [Fact]
    public void AnUnusedInputHasNoGradient()
    {
        using var scope = NewDisposeScope();
        var (x, unused) = (ones(1, requires_grad: true), ones(1, requires_grad: true));
        var gradients = autograd.grad([x * 2], [x, unused], allow_unused: true);
        Assert.Equal(2, gradients[0].item<float>());
        Assert.True(gradients[1].IsInvalid);
    }

    [Fact]
    public void ModesNestAndEndWithTheirScope()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }
            Assert.False(is_grad_enabled());
        }
        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void InferenceModeEndsWithItsScope()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void DetachingCutsTheGraphAndSharesTheValues()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var cut = x.detach();
        Assert.False(cut.requires_grad);
        cut.fill_(5);
        Assert.Equal([5f, 5], x.data<float>().ToArray());
    }
}
