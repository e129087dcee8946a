using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Mistakes end in exceptions of these types, never in a crash.</summary>
public class TorchSharpErrorTests
{
    [Fact]
    public void AShapeThatDoesNotFitIsAnExternalException()
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(2, 3);
        Assert.Contains("shape", Assert.Throws<ExternalException>(() => tensor.view(4)).Message);
        Assert.Throws<ExternalException>(() => tensor + zeros(2, 2));
        Assert.Throws<ExternalException>(() => cat([tensor, zeros(2, 2)], 0));
        Assert.Throws<ExternalException>(() => tensor.gather(1, zeros(2, 3)));
        Assert.Throws<ExternalException>(() => tensor[2]);
        Assert.Throws<ExternalException>(() => tensor.size(2));
    }

    [Fact]
    public void OnlyFloatingPointTensorsRequireGradients()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => zeros(2, dtype: int64).requires_grad_());
    }

    [Fact]
    public void BackwardWithoutAGraphIsAnExternalException()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => ones(1).sum().backward());
        Assert.Throws<ExternalException>(() => ones(2, requires_grad: true).backward());
    }

    [Fact]
    public void ADisposedTensorIsAnInvalidOperation()
    {
        var tensor = zeros(2);
        tensor.Dispose();
        tensor.Dispose();
        Assert.True(tensor.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => tensor + 1);
        Assert.Throws<InvalidOperationException>(() => tensor.shape);
        Assert.Throws<InvalidOperationException>(() => tensor.item<float>());
    }

    [Fact]
    public void ReadingIsCheckedForTypeAndNumber()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
        Assert.Throws<ArgumentException>(() => zeros(1).item<double>());
        Assert.Throws<ArgumentException>(() => zeros(2).data<long>());
        Assert.Throws<ArgumentOutOfRangeException>(() => zeros(0, 2).data<float>().ToArray());
        Assert.Empty(zeros(0).data<float>().ToArray());
    }

    [Fact]
    public void WritingToALeafThatLearnsIsAnExternalException()
    {
        using var scope = NewDisposeScope();
        var leaf = ones(2, requires_grad: true);
        Assert.Throws<ExternalException>(() => leaf.add_(1));
        using (no_grad())
        {
            leaf.add_(1);
        }
        Assert.Equal([2f, 2f], leaf.data<float>().ToArray());
    }

    [Fact]
    public void ArgumentsAreCheckedBeforeLibTorchSeesThem()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => tensor(new float[] { 1, 2, 3 }, [2, 2]));
        Assert.Throws<ArgumentException>(() => where(ones(2), ones(2), zeros(2)));
        Assert.Throws<ArgumentException>(() => nn.functional.one_hot(ones(2), 2));
    }
}
