using System.Text.Json;
using Density.Data;
using Density.Models;
using Microsoft.ML.NormalizingFlows;

namespace Density.Runs;

/// <summary>One run: a model, a data set, a seed, and every option that decides the result.</summary>
internal sealed record RunSettings(string Data, string Model, int Seed, int Members, int Clusters, int? ProcessorSeconds, NormalizingVariationalFlowOptions Flow)
{
    /// <summary>
    /// The settings as names and texts, for telling one run from another. What changes no result beyond rounding (threads) is left
    /// out, and the options of a flow where the model has none.
    /// </summary>
    public SortedDictionary<string, string> Describe(DensityData data)
    {
        var described = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["data"] = Data,
            ["model"] = Model,
            ["seed"] = Text(Seed),
            ["dataChecksum"] = data.Checksum(),
        };
        if (ModelList.IsEnsemble(Model))
            described["members"] = Text(Members);
        if (ModelList.HasClusters(Model))
            described["clusters"] = Text(Clusters);
        if (ProcessorSeconds is { } seconds)
            described["processorSeconds"] = Text(seconds);
        if (!ModelList.HasNoFlow(Model))
            Describe(JsonSerializer.SerializeToElement(Flow, RunFiles.Json), described);
        return described;
    }

    private static void Describe(JsonElement options, SortedDictionary<string, string> described)
    {
        foreach (JsonProperty option in options.EnumerateObject())
        {
            if (option.Value.ValueKind == JsonValueKind.Object)
                Describe(option.Value, described);
            else if (option.Name is not (nameof(TrainingOptions.Threads) or nameof(TrainingOptions.Seed)) && option.Value.ValueKind != JsonValueKind.Null)
                described[option.Name == "$type" ? nameof(FlowOptions.Latent) : option.Name] = option.Value.ToString();
        }
    }

    private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
