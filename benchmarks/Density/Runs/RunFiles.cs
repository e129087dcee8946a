using System.Text.Json;
using System.Text.Json.Serialization;

namespace Density.Runs;

/// <summary>How files of a run are written.</summary>
internal static class RunFiles
{
    /// <summary>Indented, enumerations by name, and numbers that are not finite as text, since a bad density must be seen.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Replaces a file; a kill at any moment leaves the old one or the new one.</summary>
    public static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }
}
