using BenchmarkDotNet.Attributes;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;

namespace Micro;

/// <summary>
/// The splines of a coupling for one panel of 128 points: 22 features and 4 bins, or 4 features and 8 bins.
/// </summary>
[MemoryDiagnoser]
public class Splines
{
    private ISplineWork _work = null!;

    [ParamsAllValues]
    public FlowSize Size { get; set; }

    [GlobalSetup]
    public void Start()
    {
        FlowArchitecture flow = Workloads.Create(Size, FlowPattern.Coupling).Architecture;
        _work = ManagedEngine.Lanes switch
        {
            16 => new SplineWork<Lanes512>(flow),
            8 => new SplineWork<Lanes256>(flow),
            _ => new SplineWork<Lanes128>(flow),
        };
    }

    /// <summary>Values and log-determinant.</summary>
    [Benchmark]
    public void Forward() => _work.Forward();

    /// <summary>The gradients. They take the place of what they are computed from, so that <see cref="Restore"/> comes first.</summary>
    [Benchmark]
    public void RestoreAndBackward() => _work.RestoreAndBackward();

    /// <summary>The part of <see cref="RestoreAndBackward"/> that is no spline.</summary>
    [Benchmark]
    public void Restore() => _work.Restore();
}
