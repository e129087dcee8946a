using Microsoft.ML.NormalizingFlows.Flows;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Checks that a trained flow can give a new one its initial values.</summary>
internal static class WarmStart
{
    /// <summary>The wanted architecture with the permutations of the trained one.</summary>
    /// <exception cref="InvalidOperationException">The two differ in shape; the message names where.</exception>
    public static FlowArchitecture Adopt(FlowArchitecture wanted, FlowArchitecture trained)
    {
        var adopted = wanted with { Seed = trained.Seed };
        if (adopted != trained with { Dropout = wanted.Dropout })
        {
            var differing = typeof(FlowArchitecture).GetProperties()
                .Where(property => property.Name is not (nameof(FlowArchitecture.Dropout) or nameof(FlowArchitecture.Seed)))
                .Where(property => !Equals(property.GetValue(wanted), property.GetValue(trained)))
                .Select(property => $"{property.Name} {property.GetValue(trained)}, not {property.GetValue(wanted)}");
            throw new InvalidOperationException(
                $"A warm start needs a transformer of the same shape, but the one given has {string.Join("; ", differing)}.");
        }
        return adopted;
    }
}
