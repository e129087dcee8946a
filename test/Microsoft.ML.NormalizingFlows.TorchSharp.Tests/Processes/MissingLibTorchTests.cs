using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Processes;

/// <summary>A program without LibTorch, or without TorchSharp, is told in one sentence which package to add, before its rows are read.</summary>
public sealed class MissingLibTorchTests
{
    /// <summary>The task of the second process: trains in TorchSharp on a view that cannot be read; prints the error. With "gpu", on a GPU or what stands in.</summary>
    internal static void TrainInTorchSharp(string[] arguments)
    {
        var options = SmallFlow.Options;
        options.FeatureColumnName = "Features";
        if (arguments[0] == "gpu")
            (options.Training.GpuDeviceId, options.Training.FallbackToCpu) = (0, bool.Parse(arguments[1]));
        else
            options.Training.Engine = ComputeEngine.TorchSharp;
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(Unreadable());
        try
        {
            ml.Transforms.NormalizingVariationalFlow(options).Fit(rows);
        }
        catch (Exception error)
        {
            Console.WriteLine($"{error.GetType().Name}: {error.Message}");
        }
    }

    [SkippableTheory]
    [InlineData("TorchSharp finds no LibTorch: reference the package TorchSharp-cpu ", true, "cpu")]
    [InlineData("TorchSharp finds no LibTorch: reference the package TorchSharp-cuda-linux ", true, "gpu", "false")]
    [InlineData("TorchSharp.dll is missing beside the application: reference the packages TorchSharp and TorchSharp-cpu", false, "cpu")]
    [InlineData("TorchSharp.dll is missing beside the application: reference the packages TorchSharp and TorchSharp-cuda-linux", false, "gpu", "false")]
    [InlineData("the rows are read", false, "gpu", "true")]
    public void One_sentence_says_what_to_add(string sentence, bool hasTorchSharp, params string[] arguments)
    {
        Skip.IfNot(Host.Current with { HasOldCppLibrary = false } == new Host("linux", Architecture.X64), "The sentences are those of linux-x64.");
        if (Host.Current.HasOldCppLibrary && sentence.StartsWith("TorchSharp finds no LibTorch", StringComparison.Ordinal))
            sentence = "This system's C++ library is older than that of GCC 13";
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            CopyManaged(folder, file => file != "TorchSharp.dll" || hasTorchSharp);
            Assert.StartsWith($"InvalidOperationException: {sentence}", Run(folder, arguments).Trim().Split('\n')[^1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The program without any native library; and without the list of its files, by which .NET would find those elsewhere.</summary>
    private static void CopyManaged(string folder, Func<string, bool> isCopied)
    {
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(file);
            if ((name.EndsWith(".dll", StringComparison.Ordinal) || name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)) && isCopied(name))
                File.Copy(file, Path.Combine(folder, name));
        }
    }

    private static string Run(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["exec", Path.Combine(folder, Path.GetFileName(typeof(MissingLibTorchTests).Assembly.Location)), .. ChildProcess.CommandLine(TrainInTorchSharp), .. arguments])
            start.ArgumentList.Add(argument);
        // The real TorchSharp looks for LibTorch among the packages that were restored.
        start.Environment["NUGET_PACKAGES"] = folder;
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static IEnumerable<FeatureRow> Unreadable()
    {
        yield return new FeatureRow { Features = [1, 2] };
        throw new InvalidOperationException("the rows are read");
    }
}
