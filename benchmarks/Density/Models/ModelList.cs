using Density.Models.Mixture;
using Microsoft.ML.NormalizingFlows;

namespace Density.Models;

/// <summary>The models by name.</summary>
internal static class ModelList
{
    private const string Ensemble = "ensemble-";

    /// <summary>The flow that a clustered model is made of, and whose size it takes.</summary>
    private const string ClusteredFlow = "nsf-c";

    private static readonly string[] Baselines = ["gaussian", "gmm", "states-alone", "kmeans-nsf"];

    public static IEnumerable<string> Names => [.. FlowRecipe.All.Select(recipe => recipe.Name), .. Baselines, Ensemble + "MODEL"];

    /// <exception cref="ArgumentException">There is none of that name; the message lists those that there are.</exception>
    public static void CheckName(string name)
    {
        string single = Single(name);
        if (!Baselines.Contains(single) && FlowRecipe.All.All(recipe => recipe.Name != single))
            throw new ArgumentException($"There is no model '{name}'; known: {string.Join(", ", Names)}.");
    }

    public static bool IsEnsemble(string name) => name.StartsWith(Ensemble, StringComparison.Ordinal);

    /// <summary>Whether the model is fitted without a flow, so that no option of one matters.</summary>
    public static bool HasNoFlow(string name) => Single(name) is "gaussian" or "gmm" or "states-alone";

    /// <summary>Whether the model is a single flow of one training.</summary>
    public static bool IsOneFlow(string name) => FlowRecipe.All.Any(recipe => recipe.Name == name && !recipe.HasLibrarySize);

    public static bool HasClusters(string name) => Single(name) is "kmeans-nsf" or "states-alone";

    /// <summary>The options of its flow for a data set; those of a plain flow where it has none.</summary>
    public static NormalizingVariationalFlowOptions Options(string name, string data) =>
        (FlowRecipe.All.FirstOrDefault(recipe => recipe.Name == Single(name)) ?? FlowRecipe.All.First(recipe => recipe.Name == ClusteredFlow)).Options(data);

    /// <summary>Whether the library itself is to say how long the model trains.</summary>
    public static bool HasLibraryLength(string name) => FlowRecipe.All.Any(recipe => recipe.Name == name && recipe.HasLibrarySize && recipe.Work == 1);

    /// <summary>Steps of training, in those of the data set.</summary>
    public static int Work(string name) => FlowRecipe.All.FirstOrDefault(recipe => recipe.Name == Single(name))?.Work ?? 1;

    /// <param name="name">The model's name.</param>
    /// <param name="members">Members of an ensemble.</param>
    /// <param name="clusters">Clusters of a clustered model.</param>
    public static IDensityModel Create(string name, int members, int clusters)
    {
        if (IsEnsemble(name))
            return new Ensemble(members, () => Create(Single(name), members, clusters));
        return name switch
        {
            "gaussian" => new MixtureModel(1),
            "gmm" => new MixtureModel(1, 2, 4, 8, 16, 32),
            "states-alone" => new StatesAlone(clusters),
            "kmeans-nsf" => new ClusteredFlows(clusters),
            _ => new FlowModel(),
        };
    }

    private static string Single(string name) => IsEnsemble(name) ? name[Ensemble.Length..] : name;
}
