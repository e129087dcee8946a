using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Managed.Scoring;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

public class FlowEnginesTests
{
    /// <summary>No machine has so many.</summary>
    private const int AbsentGpu = 99;

    private static readonly FlowArchitecture Tiny = new() { Dimensions = 2, Layers = 1, HiddenUnits = 4, Bins = 3, Seed = 1 };

    private static readonly FlowArchitecture Published = Tiny with { Parameterization = FlowParameterization.NeuralSpline };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_compiled_engine_on_a_GPU_is_refused_before_a_row_is_read(bool fallback) => Assert.Equal(
        "The managed engine was asked for and so was GPU 99, but it computes on the CPU alone: leave out one of the two.",
        Refusal(Tiny, new ComputeDevice(AbsentGpu, fallback) { Engine = ComputeEngine.Managed }));

    [Fact]
    public void Layers_that_the_compiled_engine_lacks_are_refused_before_a_row_is_read() => Assert.Equal(
        "The managed engine does not have every layer of this flow: set Training.Engine to TorchSharp or Automatic, or choose another Flow.Layer, Flow.Pattern or Flow.Map.",
        Refusal(Published, ComputeDevice.Cpu with { Engine = ComputeEngine.Managed }));

    [Theory]
    [InlineData(ComputeEngine.Automatic)]
    [InlineData(ComputeEngine.TorchSharp)]
    public void An_absent_GPU_is_refused_before_a_row_is_read_unless_the_CPU_may_stand_in(ComputeEngine engine)
    {
        var device = new ComputeDevice(AbsentGpu, FallbackToCpu: false) { Engine = engine };
        string refusal = Refusal(Tiny, device);
        Assert.StartsWith("GPU 99 was asked for, but ", refusal);
        Assert.EndsWith(", or set FallbackToCpu.", refusal);
        string? noGpu = FlowEngines.Check(Tiny.ToSpec(), device with { FallbackToCpu = true });
        Assert.Equal(refusal, noGpu![..^1] + ", or set FallbackToCpu.");
        Assert.Null(FlowEngines.Check(Tiny.ToSpec(), ComputeDevice.Cpu with { Engine = engine }));
    }

    [Fact]
    public void The_CPU_that_stands_in_for_a_GPU_is_a_warning()
    {
        var log = new ListLog();
        var settings = new TrainingSettings { Device = new ComputeDevice(AbsentGpu, FallbackToCpu: true), Epochs = 1 };
        FlowTrainer.Train(Tiny, settings, new ArrayRows([[1, 2], [3, 4], [5, 7]]), null, null, log);
        Assert.Contains(log.Warnings, message => message.StartsWith("GPU 99 was asked for, but ") && message.EndsWith(". The CPU computes instead."));
    }

    [Fact]
    public void The_compiled_engine_is_taken_on_the_CPU_and_TorchSharp_for_what_it_lacks()
    {
        CheckEngine(Tiny, ComputeDevice.Cpu, compiled: true);
        CheckEngine(Tiny, ComputeDevice.Cpu with { Engine = ComputeEngine.Managed }, compiled: true);
        CheckEngine(Tiny, new ComputeDevice(AbsentGpu, FallbackToCpu: true), compiled: true);
        CheckEngine(Tiny, ComputeDevice.Cpu with { Engine = ComputeEngine.TorchSharp }, compiled: false);
        CheckEngine(Published, ComputeDevice.Cpu, compiled: false);
        CheckEngine(Published, new ComputeDevice(AbsentGpu, FallbackToCpu: true), compiled: false);
    }

    private static string Refusal(FlowArchitecture architecture, ComputeDevice device)
    {
        var rows = new ArrayRows([[1, 2], [3, 4], [5, 7]]);
        var error = Assert.Throws<InvalidOperationException>(() =>
            FlowTrainer.Train(architecture, new TrainingSettings { Device = device }, rows, null, null, new ListLog()));
        Assert.Equal(0, rows.Passes);
        Assert.Equal(error.Message, Assert.Throws<InvalidOperationException>(() => FlowEngines.Check(architecture.ToSpec(), device)).Message);
        return error.Message;
    }

    private static void CheckEngine(FlowArchitecture architecture, ComputeDevice device, bool compiled)
    {
        var arrays = FlowStart.Create(architecture.ToSpec(), architecture.Seed, new float[architecture.Dimensions], [1, 1]);
        using var learner = FlowEngines.CreateLearner(architecture.ToSpec(), arrays, new LearnerSettings(0, 5, null, device));
        using var evaluator = FlowEngines.CreateEvaluator(new FlowModel(architecture.ToSpec(), arrays, CompiledCases.NoReport), device);
        Assert.Equal(compiled ? typeof(ManagedLearner<>) : typeof(TorchLearner), Definition(learner));
        Assert.Equal(compiled ? typeof(ManagedEvaluator<>) : typeof(TorchEvaluator), Definition(evaluator));
    }

    private static Type Definition(object engine) =>
        engine.GetType() is { IsGenericType: true } type ? type.GetGenericTypeDefinition() : engine.GetType();
}
