using Clustering.Data;

namespace Clustering.Methods;

/// <summary>Finds clusters; sees no labels.</summary>
internal interface IClusterMethod
{
    /// <returns>The cluster of each row, from 0.</returns>
    int[] Cluster(LabeledRows data, int seed);
}
