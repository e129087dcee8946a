using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>When a tensor is freed: the same with the real TorchSharp and with the offline one.</summary>
public class TorchSharpScopeTests
{
    [Fact]
    public void AScopeDisposesWhatWasMadeInIt()
    {
        Tensor inside;
        using var outside = zeros(2);
        using (NewDisposeScope())
        {
            inside = outside + 1;
            Assert.False(inside.IsInvalid);
        }
        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
    }

    [Fact]
    public void MovingGoesOneScopeOutAndDetachingLeavesAll()
    {
        Tensor moved, movedTwice, detached;
        using (var outer = NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                moved = zeros(2).MoveToOuterDisposeScope();
                movedTwice = inner.MoveToOuter(zeros(2));
                detached = zeros(2).DetachFromDisposeScope();
                Assert.Equal(0, inner.DisposablesCount);
            }
            Assert.False(moved.IsInvalid);
            Assert.Equal(2, outer.DisposablesCount);
            movedTwice.MoveToOuterDisposeScope();
        }
        Assert.True(moved.IsInvalid);
        Assert.False(movedTwice.IsInvalid);
        Assert.False(detached.IsInvalid);
        movedTwice.Dispose();
        detached.Dispose();
    }

    [Fact]
    public void AScopeClosedOutOfOrderLeavesTheOthers()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();
        var tensor = zeros(1);
        Assert.Equal(1, inner.DisposablesCount);
        inner.Dispose();
        Assert.True(tensor.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void TheThreadCountsWhatBecameOfItsTensors()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var outside = zeros(1);
        using (NewDisposeScope())
        {
            _ = outside + 1;
            var attached = zeros(1).MoveToOuterDisposeScope();
            attached.Dispose();
        }
        outside.Dispose();
        Assert.Equal(1, statistics.CreatedOutsideScopeCount);
        Assert.Equal(2, statistics.CreatedInScopeCount);
        Assert.Equal(1, statistics.DetachedFromScopeCount);
        Assert.Equal(1, statistics.DisposedInScopeCount);
        Assert.Equal(2, statistics.DisposedOutsideScopeCount);
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void AParameterTakesThePlaceOfItsData()
    {
        Parameter parameter;
        using (var scope = NewDisposeScope())
        {
            var data = ones(3);
            parameter = new Parameter(data);
            Assert.True(data.IsInvalid);
            Assert.True(scope.Contains(parameter));
            Assert.True(parameter.requires_grad);
        }
        Assert.True(parameter.IsInvalid);
    }

    [Fact]
    public void ScopesBelongToTheirThread()
    {
        using var scope = NewDisposeScope();
        var seen = true;
        var thread = new Thread(() => seen = CurrentDisposeScope is not null);
        thread.Start();
        thread.Join();
        Assert.False(seen);
        Assert.NotNull(CurrentDisposeScope);
    }

    [Fact]
    public void TheFinalizerFreesWhatNobodyDisposed()
    {
        static void Forget() => _ = zeros(1_000_000);

        Forget();
        Collect();
        var before = Environment.WorkingSet;
        for (var i = 0; i < 300; i++)
        {
            Forget();
            if (i % 10 == 9)
            {
                Collect();
            }
        }
        // 300 tensors of 4 MB: without the finalizer this would be 1.2 GB.
        Assert.True(Environment.WorkingSet - before < 600L << 20);

        static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
