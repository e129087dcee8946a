using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Conversions of keys.</summary>
public static class ConversionsExtensionsCatalog
{
    public static KeyToVectorMappingEstimator MapKeyToVector(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null,
        bool outputCountVector = false) => outputCountVector
        ? throw new NotSupportedException("The offline stand-in of ML.NET does not count keys.")
        : new(catalog.GetEnvironment(), outputColumnName, inputColumnName);

    public static KeyToValueMappingEstimator MapKeyToValue(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string inputColumnName = null) =>
        new(catalog.GetEnvironment(), outputColumnName, inputColumnName);
}
