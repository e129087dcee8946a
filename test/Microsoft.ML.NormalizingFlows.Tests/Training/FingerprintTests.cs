using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class FingerprintTests
{
    private static readonly FlowArchitecture Architecture = new() { Dimensions = 2, States = 3, Seed = 7 };

    private static string Of(FlowArchitecture architecture)
    {
        float[][] rows = [.. Enumerable.Range(0, 10).Select(i => new float[] { i, -i })];
        var settings = new TrainingSettings { Schedule = LearningRateSchedule.Cosine, WeightAveraging = 0 };
        var data = TrainingData.Read(new ArrayRows(rows), null, settings, seed: 1);
        return Fingerprint.Of(architecture.ToSpec(), architecture.Seed, architecture.Dropout, settings, TrainingPlan.For(settings, epochs: 4_000, stepsPerEpoch: 1), data);
    }

    [Fact]
    public void Other_architectures_have_other_fingerprints()
    {
        FlowArchitecture[] others =
            [Architecture, Architecture with { States = 4 }, Architecture with { BaseComponents = 2 }, Architecture with { BaseComponents = 10 },
             Architecture with { Seed = 8 }, Architecture with { Dropout = 0.1 }];
        Assert.Equal(others.Length, others.Select(Of).Distinct().Count());
    }
}
