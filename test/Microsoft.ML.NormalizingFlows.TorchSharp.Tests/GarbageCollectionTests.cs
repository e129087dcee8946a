using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

/// <summary>
/// Garbage collections in another thread free no number that native code is still to read
/// (<see cref="NormalizingFlows.Torch.Networks.Arithmetic"/>). Before, an operator now and then failed or computed with another number.
/// </summary>
public class GarbageCollectionTests
{
    [Fact]
    public void Collections_in_another_thread_do_not_disturb_a_flow()
    {
        var architecture = new FlowArchitecture { Dimensions = 4, States = 3, Layers = 2, HiddenUnits = 16, EncoderHiddenUnits = 8 };
        using var flow = Perturbed.Flow(architecture);
        using var x = tensor(Numbers.Table(100, 4), [100, 4]);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            // A pause lets the flow get on: without one, 300 passes take minutes.
            for (; !stop.IsCancellationRequested; Thread.Sleep(1))
                GC.Collect(0);
        });
        collector.Start();
        try
        {
            float[]? first = null;
            for (int i = 0; i < 300; i++)
            {
                using var scope = NewDisposeScope();
                using var mode = inference_mode();
                float[] again = flow.LogDensity(x).data<float>().ToArray();
                first ??= again;
                Assert.Equal(first, again);
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }
}
