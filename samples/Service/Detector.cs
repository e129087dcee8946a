using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;

namespace ServiceSample;

/// <summary>A pipeline that ends with a detector, read from a file. For any number of threads; an engine is for one at a time.</summary>
public sealed class Detector : IDisposable
{
    private readonly DataViewSchema _schema;
    private readonly List<ITransformer> _steps;
    private readonly NormalizingVariationalFlowAnomalyTransformer _last;

    private Detector(List<ITransformer> steps, NormalizingVariationalFlowAnomalyTransformer last, DataViewSchema schema)
    {
        (_steps, _last, _schema) = (steps, last, schema);
        Columns = CreateEngine(explains: false).Columns;
    }

    /// <summary>The columns of numbers that a row has.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <exception cref="InvalidDataException">There is no detector in the file.</exception>
    public static Detector Load(string path)
    {
        ITransformer model = new MLContext().Model.Load(path, out DataViewSchema schema);
        List<ITransformer> steps = model is IEnumerable<ITransformer> chain ? [.. chain] : [model];
        return steps[^1] is NormalizingVariationalFlowAnomalyTransformer last
            ? new Detector(steps[..^1], last, schema)
            : throw new InvalidDataException($"{path} holds no detector of anomalies as its last step.");
    }

    /// <summary>What judges a row after the other.</summary>
    public RowEngine CreateEngine(bool explains)
    {
        ITransformer last = explains ? _last.WithFeatureContributions(RowEngine.Contributions, RowEngine.Expected) : _last;
        ITransformer chain = new TransformerChain<ITransformer>([.. _steps, last]);
        return new RowEngine(chain.GetRowToRowMapper(_schema), explains);
    }

    /// <summary>Whether a row gets a judgement: one without values is no anomaly.</summary>
    public bool IsWell() => !CreateEngine(explains: false).Judge().IsAnomaly;

    public void Dispose() => _last.Dispose();
}
