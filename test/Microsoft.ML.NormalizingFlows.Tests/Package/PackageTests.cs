using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Tests.Package;

/// <summary>What `dotnet pack` makes of the assemblies that these tests run against: what a package asks for and what is in it.</summary>
public sealed class PackageTests
{
    [Fact]
    public void The_main_package_asks_for_ml_net_and_tensors_alone() =>
        Assert.Equal(["Microsoft.ML", "System.Numerics.Tensors"], Packed("Microsoft.ML.NormalizingFlows").Dependencies.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_package_for_TorchSharp_asks_for_the_main_one_at_its_own_version()
    {
        Contents package = Packed("Microsoft.ML.NormalizingFlows.TorchSharp");
        Assert.Equal(["Microsoft.ML.NormalizingFlows", "TorchSharp"], package.Dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal($"[{package.Version}]", package.Dependencies["Microsoft.ML.NormalizingFlows"]);
    }

    [Fact]
    public void The_package_for_pictures_asks_for_the_main_one_at_its_own_version()
    {
        Contents package = Packed("Microsoft.ML.NormalizingFlows.Plots");
        Assert.Equal(["Microsoft.ML.NormalizingFlows", "ScottPlot"], package.Dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal($"[{package.Version}]", package.Dependencies["Microsoft.ML.NormalizingFlows"]);
    }

    [Fact]
    public void The_package_for_many_machines_asks_for_the_main_one_alone_at_its_own_version()
    {
        Contents package = Packed("Microsoft.ML.NormalizingFlows.Mpi");
        Assert.Equal($"[{package.Version}]", Assert.Single(package.Dependencies, one => one.Key == "Microsoft.ML.NormalizingFlows").Value);
        Assert.Single(package.Dependencies);
    }

    [Theory]
    [InlineData("Microsoft.ML.NormalizingFlows")]
    [InlineData("Microsoft.ML.NormalizingFlows.Mpi")]
    [InlineData("Microsoft.ML.NormalizingFlows.Plots")]
    [InlineData("Microsoft.ML.NormalizingFlows.TorchSharp")]
    public void A_package_holds_its_assembly_the_documentation_a_page_and_a_picture(string name) =>
        Assert.Equal(
            ["README.md", "icon.png", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"],
            Packed(name).Files.Where(file => file is "README.md" or "icon.png" || file.Contains('/', StringComparison.Ordinal))
                .Where(file => !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));

    [SkippableFact]
    public void Stack_traces_name_no_folder_of_the_machine_that_built_the_library()
    {
#if DEBUG
        Skip.If(true, "A debugger wants the folders.");
#endif
        var error = Assert.ThrowsAny<ArgumentException>(() => new MLContext().Transforms.NormalizingVariationalFlow("Features", latentStates: -1));
        Assert.Contains("/_/src/Microsoft.ML.NormalizingFlows/", error.StackTrace);
    }

    private sealed record Contents(string Version, IReadOnlyDictionary<string, string> Dependencies, IReadOnlyList<string> Files);

    private static Contents Packed(string name)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Pack(name, folder);
            using ZipArchive archive = ZipFile.OpenRead(Directory.EnumerateFiles(folder, "*.nupkg").Single());
            using Stream text = archive.GetEntry($"{name}.nuspec")!.Open();
            var specification = XDocument.Load(text);
            XNamespace space = specification.Root!.Name.Namespace;
            return new Contents(
                specification.Descendants(space + "version").Single().Value,
                specification.Descendants(space + "dependency").ToDictionary(one => one.Attribute("id")!.Value, one => one.Attribute("version")!.Value),
                [.. archive.Entries.Select(entry => entry.FullName)]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Without building, from the configuration that the tests were built in: bin/CONFIGURATION/FRAMEWORK.</summary>
    private static void Pack(string name, string folder)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in new[] { "pack", Path.Combine(Repository.Folder, "src", name), "--no-build", "-c", configuration, "-o", folder })
        {
            start.ArgumentList.Add(argument);
        }
        // The runner's own, which would point the new process at the wrong tasks.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }
}
