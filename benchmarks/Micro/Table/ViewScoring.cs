using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;

namespace Micro;

/// <summary>
/// The exact log-density of the rows of an <see cref="IDataView"/>, read as a user reads it; <see cref="Scoring"/> is the same without
/// ML.NET. Managed engine.
/// </summary>
[MemoryDiagnoser]
public class ViewScoring
{
    private FittedTable _table = null!;

    [ParamsAllValues]
    public FlowSize Size { get; set; }

    [Params(FlowPattern.Coupling, FlowPattern.Autoregressive)]
    public FlowPattern Pattern { get; set; }

    [Params(20_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Start() => _table = new FittedTable(Size, Pattern, Rows);

    [GlobalCleanup]
    public void Stop() => _table.Dispose();

    [Benchmark]
    public double TransformAndRead()
    {
        double sum = 0;
        foreach (float value in _table.Transformer.Transform(_table.View).GetColumn<float>("LogDensity"))
            sum += value;
        return sum;
    }
}
