using System.Runtime.InteropServices;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>The kind of machine that this process runs on.</summary>
/// <param name="System">linux, win or osx.</param>
/// <param name="Architecture">That of the process.</param>
/// <param name="IsMusl">Whether its C library is musl, as in Alpine: LibTorch is built for glibc.</param>
/// <param name="HasOldCppLibrary">Whether its C++ library is older than GCC 13's, with which TorchSharp's native library is linked.</param>
internal readonly record struct Host(string System, Architecture Architecture, bool IsMusl = false, bool HasOldCppLibrary = false)
{
    // The only symbol of the version GLIBCXX_3.4.32 that the library asks for.
    private const string Gcc13Marker = "_ZSt21ios_base_library_initv";

    // What the packages of TorchSharp 0.107 bring native libraries for.
    private static readonly string[] s_withLibTorch = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    /// <summary>This machine. A .NET that a distribution has built itself calls it alpine.3.22-x64, others linux-musl-x64.</summary>
    public static Host Current { get; } = new(
        OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux",
        RuntimeInformation.ProcessArchitecture,
        RuntimeInformation.RuntimeIdentifier is var name && (name.Contains("musl", StringComparison.Ordinal) || name.StartsWith("alpine", StringComparison.Ordinal)),
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libstdc++.so.6", out nint library) && !NativeLibrary.TryGetExport(library, Gcc13Marker, out _));

    /// <summary>As packages name it, such as linux-x64.</summary>
    public string Identifier => $"{System}-{Architecture.ToString().ToLowerInvariant()}";

    /// <summary>Whether there is a package with LibTorch for it.</summary>
    public bool HasLibTorch => !IsMusl && s_withLibTorch.Contains(Identifier);

    /// <summary>The package with LibTorch for NVIDIA GPUs; null where there is none.</summary>
    public string? CudaPackage => Identifier switch
    {
        "linux-x64" => "TorchSharp-cuda-linux",
        "win-x64" => "TorchSharp-cuda-windows",
        _ => null,
    };
}
