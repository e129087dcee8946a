using BenchmarkDotNet.Attributes;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Model;
using Speed;
using static TorchSharp.torch;

namespace Micro;

/// <summary>Work that both engines do on the same flow, on one thread each; TorchSharp is what the other is compared with.</summary>
[MemoryDiagnoser]
public abstract class EngineBenchmark
{
    private IFlowLearner? _learner;

    [ParamsAllValues]
    public FlowSize Size { get; set; }

    [Params(FlowPattern.Coupling, FlowPattern.Autoregressive)]
    public FlowPattern Pattern { get; set; }

    /// <summary>Rows of <see cref="Workload.ScoredRows"/>.</summary>
    private protected virtual int TableRows => 1;

    [GlobalSetup(Target = nameof(TorchSharp))]
    public void StartTorchSharp()
    {
        set_num_threads(1);
        Start(ComputeEngine.TorchSharp);
    }

    [GlobalSetup(Target = nameof(Compiled))]
    public void StartCompiled() => Start(ComputeEngine.Managed);

    [GlobalCleanup]
    public void Stop() => _learner?.Dispose();

    [Benchmark(Baseline = true)]
    public void TorchSharp() => Run();

    [Benchmark]
    public void Compiled() => Run();

    private protected abstract void Prepare(Workload workload, IFlowLearner learner);

    private protected abstract void Run();

    private void Start(ComputeEngine engine)
    {
        var workload = Workloads.Create(Size, Pattern, engine, TableRows);
        _learner = workload.CreateLearner();
        Prepare(workload, _learner);
    }
}
