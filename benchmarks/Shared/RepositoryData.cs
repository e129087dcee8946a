namespace Benchmarks.Shared;

/// <summary>The data folder that lies beside the repository.</summary>
public static class RepositoryData
{
    /// <summary><c>../shared/data/NAME</c> relative to the repository, found from the current folder or from the program's.</summary>
    public static string Folder(string name)
    {
        foreach (string start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.NormalizingFlows.sln")))
                    return Path.GetFullPath(Path.Combine(folder.FullName, "../shared/data", name));
            }
        }
        return Path.GetFullPath(Path.Combine("../shared/data", name));
    }
}
