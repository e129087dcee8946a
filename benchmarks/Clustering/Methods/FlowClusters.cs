using Clustering.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows;
using Samples.Shared.Terminal;

namespace Clustering.Methods;

/// <summary>The clustering of the library, no option set but the number of clusters, or not even that.</summary>
/// <param name="knowsNumber">Whether the number of clusters is set.</param>
/// <param name="tolerance">The tolerance of agreement where it is chosen; null leaves the default.</param>
internal sealed class FlowClusters(bool knowsNumber, double? tolerance = null) : IClusterMethod
{
    /// <summary>The number of clusters that was chosen last.</summary>
    public int Chosen { get; private set; }

    public int[] Cluster(LabeledRows data, int seed)
    {
        var ml = new MLContext(seed);
        var line = new ProgressLine($"{data.Name}, seed {seed}");
        var options = new NormalizingVariationalFlowClusteringOptions { NumberOfClusters = knowsNumber ? data.Groups : null, ClusterNumberColumnName = "Number" };
        options.AgreementTolerance = tolerance ?? options.AgreementTolerance;
        options.Training.Progress = line;
        IDataView view = ml.Data.LoadFromArray(data.Rows);
        using NormalizingVariationalFlowClusteringTransformer model = ml.Clustering.Trainers.NormalizingVariationalFlow(options).Fit(view);
        Chosen = model.NumberOfClusters;
        line.Done($"{Chosen} clusters");
        return [.. model.Transform(view).GetColumn<int>("Number").Select(number => number - 1)];
    }
}
