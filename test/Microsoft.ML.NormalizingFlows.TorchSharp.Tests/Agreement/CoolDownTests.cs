using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>A whole training comes to the same end in both engines.</summary>
public class CoolDownTests
{
    [Fact]
    public void The_engines_agree_on_an_averaged_cool_down()
    {
        FlowModel compiled = Train(ComputeEngine.Managed), reference = Train(ComputeEngine.TorchSharp);
        Assert.Equal(compiled.Report.BestEpoch, reference.Report.BestEpoch);
        Assert.Equal(compiled.Report.ValidationLogDensity, reference.Report.ValidationLogDensity, 1e-4);
    }

    private static FlowModel Train(ComputeEngine engine) => FlowTrainer.Train(
        new FlowArchitecture { Dimensions = 2, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Bins = 4, Seed = 1 },
        new TrainingSettings
        {
            Epochs = 8, BatchSize = 64, Schedule = LearningRateSchedule.CoolDown, WeightAveraging = 0.3,
            Device = ComputeDevice.Cpu with { Engine = engine },
        },
        new ArrayRows(new GaussianMixture([[0, 0]], 1).Draw(300, seed: 1).Rows), null, null, new ListLog());
}
