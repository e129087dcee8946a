using Microsoft.ML.NormalizingFlows.Tests;
using ReadmeCode;

namespace Programs.Tests.Readme;

/// <summary>What README.md shows is so: its code, which the build made a program of (samples/Readme), runs and does what the text around it says.</summary>
public sealed class ReadmeTests
{
    private static readonly string s_repository = Repository.Folder;

    [Fact]
    public void Its_code_runs_and_does_what_it_says()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string output = Run(folder);
            Assert.Contains("anomaly True", output);
            Assert.Equal(2, output.Split("A cluster with").Length - 1);
            Assert.Equal(
                ["density.svg", "density.zip", "overview.svg", "pairs.svg", "report.html", "scores.png"],
                Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_code_of_the_package_page_is_taken_from_it()
    {
        HashSet<string> known = [.. Code("README.md")];
        Assert.All(Code("nuget", "README.md"), line => Assert.Contains(line, known));
    }

    private static IEnumerable<string> Code(params string[] path) =>
        CodeBlock.Read(path[^1], File.ReadAllLines(Path.Combine([s_repository, .. path]))).SelectMany(block => block.Lines);

    /// <summary>The program is built into a folder of the same name as this test: bin/CONFIGURATION/FRAMEWORK.</summary>
    private static string Run(string folder)
    {
        string built = Path.GetRelativePath(Path.Combine(s_repository, "test", "Programs.Tests"), AppContext.BaseDirectory);
        return Dotnet.Run(folder, Path.Combine(s_repository, "samples", "Readme", built, "Readme.dll"));
    }
}
