using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared;

namespace Micro;

/// <summary>The exact log-density of one row at a time, through a <see cref="PredictionEngine{TSrc,TDst}"/>. Managed engine.</summary>
[MemoryDiagnoser]
public class Prediction
{
    private FittedTable _table = null!;
    private PredictionEngine<FeatureRow, ScoredRow> _engine = null!;
    private FeatureRow _row = null!;

    [ParamsAllValues]
    public FlowSize Size { get; set; }

    [Params(FlowPattern.Coupling, FlowPattern.Autoregressive)]
    public FlowPattern Pattern { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _table = new FittedTable(Size, Pattern, rows: 1);
        _engine = _table.Ml.Model.CreatePredictionEngine<FeatureRow, ScoredRow>(_table.Transformer, _table.View.Schema);
        _row = new FeatureRow { Features = _table.Rows[0] };
    }

    [GlobalCleanup]
    public void Stop()
    {
        _engine.Dispose();
        _table.Dispose();
    }

    [Benchmark]
    public float Predict() => _engine.Predict(_row).LogDensity;

    private sealed class ScoredRow
    {
        public float LogDensity { get; set; }
    }
}
