namespace Microsoft.ML.Data;

/// <summary>How good clusters are.</summary>
public sealed class ClusteringMetrics
{
    internal ClusteringMetrics(double normalizedMutualInformation, double averageDistance, double daviesBouldinIndex)
    {
        NormalizedMutualInformation = normalizedMutualInformation;
        AverageDistance = averageDistance;
        DaviesBouldinIndex = daviesBouldinIndex;
    }

    /// <summary>I(label; cluster) / H(label): NaN without labels, or where all are the same.</summary>
    public double NormalizedMutualInformation { get; }

    /// <summary>The mean of each row's smallest score.</summary>
    public double AverageDistance { get; }

    /// <summary>The mean over the clusters of the greatest (spread + spread) / distance of centroids; 0 without features.</summary>
    public double DaviesBouldinIndex { get; }
}
