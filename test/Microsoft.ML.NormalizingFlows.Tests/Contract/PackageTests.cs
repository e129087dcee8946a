using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>The package is made by a project of its own, which must ask for all that the assemblies in it need.</summary>
public class PackageTests
{
    [Fact]
    public void ThePackageDependsOnWhatTheLibraryReferences()
    {
        string repository = ApiFolders.Repository();
        var needed = Directory.EnumerateFiles(Path.Combine(repository, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(References).Distinct().Order().ToList();
        Assert.Contains("TorchSharp", needed);
        Assert.Equal(needed, References(Path.Combine(repository, "nuget", "Package.csproj")).Order());
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
}
