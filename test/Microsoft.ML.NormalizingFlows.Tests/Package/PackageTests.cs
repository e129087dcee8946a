using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Tests.Package;

/// <summary>The package is made by a project of its own, which must ask for all that the assemblies in it need.</summary>
public class PackageTests
{
    [Fact]
    public void ThePackageDependsOnWhatTheLibraryReferences()
    {
        string repository = Repository.Folder;
        var needed = Directory.EnumerateFiles(Path.Combine(repository, "src", "Microsoft.ML.NormalizingFlows"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(References).Distinct().Order().ToList();
        Assert.DoesNotContain("TorchSharp", needed);
        Assert.Equal(needed, References(Path.Combine(repository, "nuget", "Package.csproj")).Order());
    }

    [SkippableFact]
    public void StackTracesNameNoFolderOfTheMachineThatBuiltTheLibrary()
    {
#if DEBUG
        Skip.If(true, "A debugger wants the folders.");
#endif
        var error = Assert.ThrowsAny<ArgumentException>(() => new MLContext().Transforms.NormalizingVariationalFlow("Features", latentStates: -1));
        Assert.Contains("/_/src/Microsoft.ML.NormalizingFlows/", error.StackTrace);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
}
