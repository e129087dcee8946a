using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>The clipping of gradients.</summary>
public class TorchSharpClippingTests
{
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
