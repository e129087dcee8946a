using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>How descriptions become text: closed sets of kinds, told by the property <c>kind</c>, and nothing that could name a type to run.</summary>
internal static class ModelJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, s_options);

    /// <exception cref="InvalidDataException">The text is no value of that type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, s_options) ?? throw new InvalidDataException("its description is empty");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("its description cannot be read", error);
        }
    }
}
