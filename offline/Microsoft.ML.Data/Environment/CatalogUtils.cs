using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A catalog knows its environment, and does not show it.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

/// <summary>The environment behind a catalog, for extension methods.</summary>
internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog) =>
        Contracts.CheckValue(catalog, nameof(catalog)).Environment;
}
