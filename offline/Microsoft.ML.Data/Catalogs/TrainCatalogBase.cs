using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The catalog of one kind of task.</summary>
public abstract class TrainCatalogBase : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    private protected TrainCatalogBase(IHostEnvironment env) => _env = env;

    IHostEnvironment IInternalCatalog.Environment => _env;

    /// <summary>The trainers of a task, as extension methods.</summary>
    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private readonly TrainCatalogBase _owner;

        private protected CatalogInstantiatorBase(TrainCatalogBase catalog) => _owner = catalog;

        IHostEnvironment IInternalCatalog.Environment => _owner._env;
    }
}
