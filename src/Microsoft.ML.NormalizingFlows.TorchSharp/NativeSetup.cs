namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>
/// Why TorchSharp, its LibTorch or a GPU cannot be used, in one sentence that says what to do. Refers to no type of TorchSharp, so that it
/// can speak where that is missing.
/// </summary>
internal static class NativeSetup
{
    /// <summary>The CUDA that the packages of TorchSharp 0.107 are built with.</summary>
    private const string Cuda = "CUDA 12.8";

    private const string Otherwise = "or set Training.Engine to Managed, which needs none";

    /// <summary>
    /// Whether <paramref name="error"/> says that TorchSharp or LibTorch cannot be loaded. Its first use fails in the static constructor of
    /// <c>torch</c>, whence a <see cref="TypeInitializationException"/> around a <see cref="NotSupportedException"/>; a LibTorch of another
    /// version lacks a library or a function.
    /// </summary>
    public static bool Prevents(Exception error) => Cause(error) is NotSupportedException or DllNotFoundException or EntryPointNotFoundException
        or BadImageFormatException or FileNotFoundException or FileLoadException;

    /// <summary>What to do about <paramref name="error"/>.</summary>
    /// <param name="error">One that <see cref="Prevents"/>.</param>
    /// <param name="gpu">The GPU that was asked for, if one was.</param>
    /// <param name="host">The machine.</param>
    public static string Remedy(Exception error, int? gpu, Host host)
    {
        if (host.IsMusl)
            return $"LibTorch needs glibc, but this system has musl, as Alpine does: take an image of Debian or Ubuntu, {Otherwise}.";
        if (!host.HasLibTorch)
            return $"There is no package with LibTorch for {host.Identifier}: run on linux-x64, win-x64, win-arm64 or osx-arm64, {Otherwise}.";
        if (gpu is int wanted && host.CudaPackage is null)
            return $"GPU {wanted} was asked for, but TorchSharp has no CUDA for {host.Identifier}: leave GpuDeviceId out.";
        string package = gpu is null ? "TorchSharp-cpu" : host.CudaPackage!;
        return Cause(error) switch
        {
            FileNotFoundException or FileLoadException =>
                $"TorchSharp.dll is missing beside the application: reference the packages TorchSharp and {package}, {Otherwise}.",
            EntryPointNotFoundException or BadImageFormatException =>
                $"The LibTorch that was found is not the one of this TorchSharp: reference the package {package} in the version of TorchSharp, {Otherwise}.",
            // LibTorch may be there and cannot be loaded, which TorchSharp does not tell from its absence.
            _ when host.HasOldCppLibrary =>
                $"This system's C++ library is older than that of GCC 13, which TorchSharp's native library needs: run on Debian 13, Ubuntu 24.04 or later, with the package {package}, {Otherwise}.",
            _ => $"TorchSharp finds no LibTorch: reference the package {package} in the application, in the version of TorchSharp, {Otherwise}.",
        };
    }

    /// <summary>Why a GPU that was asked for is not there, without the full stop.</summary>
    /// <param name="gpu">The number that was asked for.</param>
    /// <param name="present">How many LibTorch finds.</param>
    /// <param name="hasCuda">Whether this LibTorch can use GPUs at all.</param>
    /// <param name="host">The machine.</param>
    public static string AbsentGpu(int gpu, int present, bool hasCuda, Host host) =>
        present > 0 ? $"GPU {gpu} was asked for, but LibTorch finds {present}: choose a GpuDeviceId from 0 to {present - 1}"
        : hasCuda ? $"GPU {gpu} was asked for, but LibTorch finds none: install an NVIDIA driver for {Cuda} or later, with which nvidia-smi lists the GPU"
        : host.CudaPackage is string package ? $"GPU {gpu} was asked for, but this LibTorch is for the CPU alone: reference the package {package} in place of TorchSharp-cpu"
        : $"GPU {gpu} was asked for, but TorchSharp has no CUDA for {host.Identifier}: leave GpuDeviceId out";

    /// <summary>Why a GPU that is there is of no use, without the full stop.</summary>
    /// <param name="gpu">Its number.</param>
    /// <param name="message">What LibTorch says of it.</param>
    public static string UnusableGpu(int gpu, string message) =>
        $"GPU {gpu} is there, but LibTorch cannot compute on it ({message.Split('\n')[0].Trim()}): it is too old or too new for {Cuda}, or its driver is; update that, or choose another GpuDeviceId";

    private static Exception Cause(Exception error) => error is TypeInitializationException { InnerException: { } inner } ? Cause(inner) : error;
}
