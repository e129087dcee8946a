using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;

namespace SearchSample;

/// <summary>Trains a flow and scores rows with it.</summary>
internal static class FlowScore
{
    /// <summary>The log-density of each row, in nats.</summary>
    public static double[] LogDensities(MLContext ml, NormalizingVariationalFlowOptions options, IDataView train, IDataView rows)
    {
        using NormalizingVariationalFlowTransformer model = ml.Transforms.NormalizingVariationalFlow(options).Fit(train);
        return [.. model.Transform(rows).GetColumn<float>("LogDensity").Select(value => (double)value)];
    }
}
