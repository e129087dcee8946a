using System.Globalization;
using System.Text.Json;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Golden;

/// <summary>Reads arrays, and layers with their weights, in the format of the golden files.</summary>
internal static class GoldenValues
{
    /// <summary>A list, or list of lists, of numbers as a float64 tensor.</summary>
    public static Tensor Tensor(this JsonElement element)
    {
        var shape = new List<long>();
        for (JsonElement level = element; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            shape.Add(level.GetArrayLength());
            if (level.GetArrayLength() == 0)
                break;
        }
        double[] values = [.. Flatten(element)];
        return values.Length == 0 ? zeros([.. shape], float64) : tensor(values, [.. shape]);
    }

    public static Tensor? OptionalTensor(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? value.Tensor() : null;

    public static int Int(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

    /// <summary>The layer that a golden case describes, in the published form, with the case's weights.</summary>
    public static Bijection Layer(string name, JsonElement golden)
    {
        int features = golden.Int("features");
        Bijection layer = name switch
        {
            _ when name.Contains("lu_linear", StringComparison.Ordinal) => new LULinear(features),
            _ when name.Contains("coupling", StringComparison.Ordinal) => Coupling(
                [.. golden.GetProperty("mask").EnumerateArray().Select(value => value.GetInt32() == 1)], Map(name, golden, true), golden),
            _ when name.Contains("autoregressive", StringComparison.Ordinal) => Autoregressive(features, Map(name, golden, false), golden),
            _ => throw new InvalidDataException($"No layer is known for the golden case {name}."),
        };
        Tensors.ToFloat64(layer);
        Load(layer, golden.GetProperty("parameters"), "");
        return layer;
    }

    public static Coupling Coupling(bool[] mask, ElementwiseMap map, JsonElement golden, int contextWidth = -1)
    {
        int mapped = mask.Count(value => value);
        var network = new ResidualNetwork(
            new CouplingSpec(mask).InputWidth(0), mapped * map.ParametersPerFeature,
            contextWidth < 0 ? golden.Int("context_features") : contextWidth, Network(golden));
        return new Coupling(mask, map, network, limitInput: false);
    }

    /// <summary>Sets every parameter from the golden ones below <paramref name="prefix"/>; each must fit exactly one.</summary>
    public static void Load(Bijection layer, JsonElement parameters, string prefix)
    {
        using var ungraded = no_grad();
        var golden = parameters.EnumerateObject().Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => OurName(entry.Name[prefix.Length..], layer), entry => entry.Value);
        var ours = layer.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        Assert.Equal(golden.Keys.Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, parameter) in ours)
        {
            Tensor values = golden[name].Tensor();
            Assert.Equal(values.shape, parameter.shape);
            parameter.copy_(values);
        }
    }

    private static MaskedAutoregressive Autoregressive(int features, ElementwiseMap map, JsonElement golden)
    {
        var shape = Network(golden);
        var network = new MaskedResidualNetwork(
            features, map.ParametersPerFeature, MaskDegrees.AsPublished(features, shape.HiddenUnits), golden.Int("context_features"), shape.Blocks);
        return new MaskedAutoregressive(features, map, network, limitInput: false);
    }

    private static ElementwiseMap Map(string name, JsonElement golden, bool coupling)
    {
        if (name.StartsWith("rqs", StringComparison.Ordinal))
            return new RationalQuadraticSplineMap(new(
                golden.Int("bins"), golden.GetProperty("tailBound").GetDouble(), coupling ? 1 / Math.Sqrt(golden.Int("hidden")) : 1, IsSoftLimited: false));
        Assert.StartsWith("affine", name, StringComparison.Ordinal);
        return coupling ? new SigmoidAffineMap() : new SoftplusAffineMap();
    }

    private static NetworkSpec Network(JsonElement golden) => new(golden.Int("hidden"), Blocks(golden), LimitsInput: false);

    // Counted by the names of the weights: not every file states it.
    private static int Blocks(JsonElement golden) => golden.GetProperty("parameters").EnumerateObject()
        .Select(entry => entry.Name.Split("blocks.")).Where(parts => parts.Length == 2)
        .Select(parts => int.Parse(parts[1].Split('.')[0], CultureInfo.InvariantCulture) + 1).DefaultIfEmpty(0).Max();

    private static string OurName(string golden, Bijection layer)
    {
        string context = layer is Coupling ? "gate" : "context";
        return golden
            .Replace("transform_net.", "conditioner.", StringComparison.Ordinal)
            .Replace("autoregressive_net.", "conditioner.", StringComparison.Ordinal)
            .Replace("initial_layer", "initial", StringComparison.Ordinal)
            .Replace("final_layer", "final", StringComparison.Ordinal)
            .Replace("context_layer", context, StringComparison.Ordinal)
            .Replace("linear_layers.0", "first", StringComparison.Ordinal)
            .Replace("linear_layers.1", "second", StringComparison.Ordinal)
            .Replace("lower_entries", "lower", StringComparison.Ordinal)
            .Replace("upper_entries", "upper", StringComparison.Ordinal)
            .Replace("unconstrained_upper_diag", "diagonal", StringComparison.Ordinal);
    }

    private static IEnumerable<double> Flatten(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flatten) : [element.GetDouble()];
}
