namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>Where the lists of the real API are.</summary>
internal static class ApiFolders
{
    /// <summary>The rows in use, in the repository.</summary>
    public static string Kept { get; } =
        Path.Combine(Repository(), "test", "Microsoft.ML.NormalizingFlows.Tests", "Contract", "api");

    /// <summary>The full lists: in the folder that API_DIR names, or in <c>shared/api</c> beside the repository; null without.</summary>
    public static string? Full { get; } =
        new[] { Environment.GetEnvironmentVariable("API_DIR"), Path.Combine(Repository(), "..", "shared", "api") }
            .FirstOrDefault(Directory.Exists);

    /// <summary>The root of the repository.</summary>
    public static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Microsoft.ML.NormalizingFlows.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        }

        return folder;
    }
}
