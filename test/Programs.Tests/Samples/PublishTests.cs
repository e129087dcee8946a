using Microsoft.ML.NormalizingFlows.Tests;

namespace Programs.Tests.Samples;

/// <summary>What <c>dotnet publish</c> takes of a program with TorchSharp.</summary>
public sealed class PublishTests
{
    /// <summary>Two files for one place, the package's and the mended one, are an error of publishing.</summary>
    [Fact]
    public void TorchSharps_native_library_is_published_once()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string files = Dotnet.Run(
            Repository.Folder, "msbuild", Path.Combine("samples", "Images", "Images.csproj"), $"-p:Configuration={configuration}", "-p:BuildProjectReferences=false",
            "-t:MendLibTorchSharp;ComputeResolvedFilesToPublishList", "-getItem:ResolvedFileToPublish");
        Assert.Single(files.Split('\n'), line => line.Contains("\"RelativePath\": \"runtimes/linux-x64/native/libLibTorchSharp.so\"", StringComparison.Ordinal));
    }
}
