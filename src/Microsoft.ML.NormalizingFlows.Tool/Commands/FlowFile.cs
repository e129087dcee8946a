using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.NormalizingFlows.Tool.Commands;

/// <summary>What a flow is, as a user writes it: a JSON object of those <see cref="FlowOptions"/> that are to be different.</summary>
internal static class FlowFile
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The options of a file, and the usual ones where it names none.</summary>
    /// <exception cref="InvalidDataException">It is no such object.</exception>
    public static FlowOptions Read(string? path, FlowOptions usual)
    {
        if (path is null)
            return usual;
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.");
        try
        {
            var all = JsonSerializer.SerializeToNode(usual, s_json)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("it is no JSON object"))
                all[name] = value?.DeepClone();
            return all.Deserialize<FlowOptions>(s_json)!;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{path} does not describe a flow, as {{ \"Map\": \"Affine\", \"Layers\": 3 }} does: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
