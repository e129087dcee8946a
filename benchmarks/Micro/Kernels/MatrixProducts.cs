using BenchmarkDotNet.Attributes;
using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Micro;

/// <summary>The three products of a linear layer for one panel of 128 points, 256 outputs x inputs operations each.</summary>
[MemoryDiagnoser]
public class MatrixProducts
{
    private IProductWork _work = null!;

    [ParamsSource(nameof(Shapes))]
    public LayerShape Shape { get; set; } = null!;

    public static IEnumerable<LayerShape> Shapes => LayerShape.OfCouplings();

    [GlobalSetup]
    public void Start() => _work = ManagedEngine.Lanes switch
    {
        16 => new ProductWork<Lanes512>(Shape),
        8 => new ProductWork<Lanes256>(Shape),
        _ => new ProductWork<Lanes128>(Shape),
    };

    /// <summary>Y = b + W X.</summary>
    [Benchmark]
    public void Forward() => _work.Forward();

    /// <summary>gX = W^T gY.</summary>
    [Benchmark]
    public void Transposed() => _work.Transposed();

    /// <summary>gW = gW + gY X^T, with X^T at hand.</summary>
    [Benchmark]
    public void Gradient() => _work.Gradient();
}
