using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Clustering.</summary>
public sealed class ClusteringCatalog : TrainCatalogBase
{
    internal ClusteringCatalog(IHostEnvironment env)
        : base(env) => Trainers = new ClusteringTrainers(this);

    public ClusteringTrainers Trainers { get; }

    /// <summary>Trainers of clusterings.</summary>
    public sealed class ClusteringTrainers : CatalogInstantiatorBase
    {
        internal ClusteringTrainers(ClusteringCatalog catalog)
            : base(catalog)
        {
        }
    }
}
