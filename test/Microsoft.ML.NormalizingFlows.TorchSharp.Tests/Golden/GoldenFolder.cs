using System.Text.Json;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Golden;

/// <summary>
/// The folder of reference values: the one that GOLDEN_DIR names, else <c>shared/golden</c> in, or beside, a folder
/// above the tests. Without one the golden tests are skipped.
/// </summary>
internal static class GoldenFolder
{
    public static JsonElement Read(string file)
    {
        string? folder = Find();
        Skip.If(folder is null, "There are no golden values: GOLDEN_DIR is not set, and no folder above has shared/golden.");
        string path = Path.Combine(folder, file);
        Skip.IfNot(File.Exists(path), $"There is no {path}.");
        using FileStream stream = File.OpenRead(path);
        return JsonDocument.Parse(stream).RootElement;
    }

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("GOLDEN_DIR");
        if (!string.IsNullOrEmpty(named))
            return Directory.Exists(named) ? named : throw new DirectoryNotFoundException($"GOLDEN_DIR names {named}, which does not exist.");
        for (DirectoryInfo? above = new(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string folder = Path.Combine(above.FullName, "shared", "golden");
            if (Directory.Exists(folder))
                return folder;
        }
        return null;
    }
}
