using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Images;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>Memory stays flat: in a process of its own, so that no other test disturbs the reading.</summary>
public sealed class ImageMemoryTests
{
    private const int Steps = 1_000;

    /// <summary>Steps of training, with scores and a drawn image after each twentieth; prints the growth in KiB over the last three quarters of them.</summary>
    internal static void TrainScoreAndDraw(string[] arguments)
    {
        var spec = ImageSpecs.Of(2, 3, 3, 3, 0, 0) with { Blocks = 1, Codes = ImageSpecs.Codes };
        using var learner = new ImageLearner(spec, spec.Start(1), new LearnerSettings(0, 1, null, ComputeDevice.Cpu));
        var random = RandomStream.For(1, "images");
        var images = new byte[8 * spec.Shape.Values];
        var logs = new float[images.Length];
        var codes = new int[8 * spec.CodeLength];
        var codeLogs = new float[8];
        long before = 0;
        for (int step = 1; step <= Steps; step++)
        {
            foreach (ref byte level in images.AsSpan())
                level = (byte)random.NextInt(8);
            learner.Step(step % 2 == 0 ? ImagePhase.Prior : ImagePhase.Flow, images, [], 8, random, 1e-3);
            if (step % 20 == 0)
            {
                learner.Evaluator.Score(images, [], 8, logs, codes, codeLogs);
                learner.Evaluator.Sample(1, random, [], images.AsSpan(0, spec.Shape.Values));
            }
            if (step == Steps / 4)
                before = WorkingSet();
        }
        Console.WriteLine((WorkingSet() - before) / 1024);
    }

    [Fact]
    public void Stays_flat()
    {
        long growth = long.Parse(ChildProcess.Run(TrainScoreAndDraw), CultureInfo.InvariantCulture);
        // A tensor of a step that is kept, the least of them of some kilobytes, would be megabytes.
        Assert.True(growth < 8 * 1024, $"{growth} KiB more after {Steps} steps.");
    }

    private static long WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
