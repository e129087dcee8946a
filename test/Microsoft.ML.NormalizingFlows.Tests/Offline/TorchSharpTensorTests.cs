using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Types, copies, views and indices.</summary>
public class TorchSharpTensorTests
{
    [Fact]
    public void TheElementTypeFollowsTheArguments()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1.0).dtype);
        Assert.Equal(ScalarType.Int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Int64, tensor(new long[] { 1, 2 }).dtype);
        Assert.Equal(ScalarType.Float32, tensor(new[] { 1.0, 2 }, dtype: float32).dtype);
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0.0, 1, 0.5).dtype);
        Assert.Equal(ScalarType.Int64, full(2, 1).dtype);
        Assert.Equal(ScalarType.Float32, full(2, 1.0).dtype);
        Assert.Equal(ScalarType.Float32, zeros(2).dtype);
        Assert.Equal(ScalarType.Float64, zeros_like(tensor(1.0)).dtype);
        Assert.Equal(ScalarType.Int64, ones(2, dtype: @bool).sum().dtype);
        Assert.Equal(ScalarType.Float32, (ones(2, dtype: int64) * 0.5).dtype);
        Assert.Equal(ScalarType.Float32, (ones(2) + tensor(1.0)).dtype);
        Assert.Equal(ScalarType.Bool, (ones(2) > 0.5).dtype);
    }

    [Fact]
    public void ATensorCopiesItsArray()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 2, 3, 4];
        var flat = tensor(values);
        var matrix = tensor(values, [2, 2]);
        values[0] = 9;
        Assert.Equal([1f, 2, 3, 4], flat.data<float>().ToArray());
        Assert.Equal([1f, 2, 3, 4], matrix.data<float>().ToArray());
        Assert.Equal([2L, 2], matrix.shape);
    }

    [Fact]
    public void ScalarsStandOnEitherSideOfAnOperator()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2, 4 });
        Assert.Equal([1.0, 0, -2], (2 - x).data<double>().ToArray());
        Assert.Equal([1, 0.5, 0.25], (1 / x).data<double>().ToArray());
        Assert.Equal([2.0, 1, -1], (3.0 - x).data<double>().ToArray());
        Assert.Equal([0.5, 1, 2], (x / 2).data<double>().ToArray());
        Assert.Equal([true, true, false], (x <= 2).data<bool>().ToArray());
        Assert.Equal([false, true, false], (x == 2).data<bool>().ToArray());
        Assert.Equal([false, true, false], ((x > 1) & (x < 4)).data<bool>().ToArray());
    }

    [Fact]
    public void IndicesSelectSliceAndAddAxes()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).reshape(2, 3, 4);
        Assert.Equal(23, x[1, 2, 3].item<long>());
        Assert.Equal([2L, 4], x[.., -1].shape);
        Assert.Equal([2L, 3, 2], x[.., .., 1..3].shape);
        Assert.Equal([2L, 3], x[TensorIndex.Ellipsis, 0].shape);
        Assert.Equal([2L, 1, 3, 4], x[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([0L, 2], x[0, 0, TensorIndex.Slice(step: 2)].data<long>().ToArray());
        Assert.Equal([12L, 0], x[tensor(new long[] { 1, 0 })][.., 0, 0].data<long>().ToArray());
        x[0, 0] = zeros(4, dtype: int64);
        Assert.Equal(0, x[0, 0].sum().item<long>());
    }

    [Fact]
    public void AViewThatIsNotContiguousReadsInItsOwnOrder()
    {
        using var scope = NewDisposeScope();
        var x = arange(6).reshape(2, 3).t();
        Assert.False(x.is_contiguous());
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal(4, x.data<long>()[1, 1]);
        Assert.Equal(1, x.data<long>()[2]);
        var part = new long[3];
        x.data<long>().CopyTo(part, tensorIndex: 2);
        Assert.Equal([1L, 4, 2], part);
        Assert.Equal([1L, 4], x.select(0, 1).data<long>().ToArray());
    }

    [Fact]
    public void WritingThroughTheAccessorChangesTheTensor()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 2);
        x.data<float>()[1, 0] = 5;
        Assert.Equal(5, x[1, 0].item<float>());
    }

    [Fact]
    public void ConcatenatingOneTensorIsAnotherNameForIt()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2);
        var same = cat([x]);
        Assert.NotSame(x, same);
        x.fill_(3);
        Assert.Equal([3f, 3], same.data<float>().ToArray());
    }

    [Fact]
    public void ThreadsCanBeSet()
    {
        var before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
    }
}
