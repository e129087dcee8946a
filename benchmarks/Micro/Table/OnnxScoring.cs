using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Micro;

/// <summary>The exact log-density of the rows of an <see cref="IDataView"/> by the managed engine, and that of the same flow as ONNX in ONNX Runtime; both on one thread.</summary>
public class OnnxScoring
{
    private FittedTable _table = null!;
    private InferenceSession _session = null!;
    private IReadOnlyCollection<NamedOnnxValue> _rows = [];

    [ParamsAllValues]
    public FlowSize Size { get; set; }

    [Params(FlowPattern.Coupling, FlowPattern.Autoregressive)]
    public FlowPattern Pattern { get; set; }

    [Params(1_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _table = new FittedTable(Size, Pattern, Rows);
        using var stream = new MemoryStream();
        _table.Ml.Model.ConvertToOnnx(_table.Transformer, _table.View, stream);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(stream.ToArray(), options);
        float[][] rows = _table.Rows[..Rows];
        _rows = [NamedOnnxValue.CreateFromTensor("Features", new DenseTensor<float>((float[])[.. rows.SelectMany(row => row)], [Rows, rows[0].Length]))];
    }

    [GlobalCleanup]
    public void Stop()
    {
        _session.Dispose();
        _table.Dispose();
    }

    [Benchmark(Baseline = true)]
    public double Managed()
    {
        double sum = 0;
        foreach (float value in _table.Transformer.Transform(_table.View).GetColumn<float>("LogDensity"))
            sum += value;
        return sum;
    }

    [Benchmark]
    public double OnnxRuntime()
    {
        double sum = 0;
        using var results = _session.Run(_rows, ["LogDensity.output"]);
        foreach (float value in results[0].AsEnumerable<float>())
            sum += value;
        return sum;
    }
}
