using System.Runtime.InteropServices;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

/// <summary>Each way in which LibTorch can be missing has its sentence, which names the package to add.</summary>
public sealed class NativeSetupTests
{
    private static readonly Host s_linux = new("linux", Architecture.X64), s_windows = new("win", Architecture.X64), s_mac = new("osx", Architecture.Arm64);

    // What TorchSharp throws at its first use without LibTorch, once and again.
    private static readonly Exception s_noLibTorch = new TypeInitializationException("TorchSharp.torch", new NotSupportedException("This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64"));

    [Fact]
    public void Without_LibTorch_the_package_for_the_cpu_or_the_gpu_is_named()
    {
        Assert.Equal(
            "TorchSharp finds no LibTorch: reference the package TorchSharp-cpu in the application, in the version of TorchSharp, or set Training.Engine to Managed, which needs none.",
            NativeSetup.Remedy(s_noLibTorch, null, s_windows));
        Assert.Contains("the package TorchSharp-cuda-linux in", NativeSetup.Remedy(s_noLibTorch, 0, s_linux));
        Assert.Contains("the package TorchSharp-cuda-windows in", NativeSetup.Remedy(s_noLibTorch, 0, s_windows));
        Assert.Contains("the package TorchSharp-cpu in", NativeSetup.Remedy(new DllNotFoundException(), null, s_mac));
        Assert.Equal("GPU 0 was asked for, but TorchSharp has no CUDA for osx-arm64: leave GpuDeviceId out.", NativeSetup.Remedy(s_noLibTorch, 0, s_mac));
    }

    [Fact]
    public void On_Linux_the_system_can_be_too_old_for_the_package()
    {
        Assert.Equal(
            "This system's C++ library is older than that of GCC 13, which TorchSharp's native library needs: run on Debian 13, Ubuntu 24.04 or later, with the package TorchSharp-cpu, or set Training.Engine to Managed, which needs none.",
            NativeSetup.Remedy(s_noLibTorch, null, s_linux with { HasOldCppLibrary = true }));
        Assert.DoesNotContain("C++", NativeSetup.Remedy(s_noLibTorch, null, s_linux));
    }

    [Fact]
    public void Without_TorchSharp_itself_both_packages_are_named() => Assert.Equal(
        "TorchSharp.dll is missing beside the application: reference the packages TorchSharp and TorchSharp-cpu, or set Training.Engine to Managed, which needs none.",
        NativeSetup.Remedy(new FileNotFoundException("Could not load file or assembly 'TorchSharp'"), null, s_windows));

    [Fact]
    public void A_LibTorch_of_another_version_is_told_from_none() => Assert.StartsWith(
        "The LibTorch that was found is not the one of this TorchSharp: reference the package TorchSharp-cpu in the version of TorchSharp",
        NativeSetup.Remedy(new TypeInitializationException("TorchSharp.torch", new EntryPointNotFoundException()), null, s_linux));

    [Fact]
    public void Musl_and_machines_without_a_package_are_said_so()
    {
        Assert.StartsWith("LibTorch needs glibc, but this system has musl, as Alpine does", NativeSetup.Remedy(s_noLibTorch, null, s_linux with { IsMusl = true }));
        Assert.StartsWith("There is no package with LibTorch for linux-arm64", NativeSetup.Remedy(s_noLibTorch, 0, s_linux with { Architecture = Architecture.Arm64 }));
        Assert.StartsWith("There is no package with LibTorch for osx-x64", NativeSetup.Remedy(s_noLibTorch, null, s_mac with { Architecture = Architecture.X64 }));
        Assert.StartsWith("TorchSharp finds no LibTorch", NativeSetup.Remedy(s_noLibTorch, null, s_windows with { Architecture = Architecture.Arm64 }));
    }

    [Fact]
    public void An_absent_gpu_is_a_wrong_number_a_missing_driver_or_a_missing_package()
    {
        Assert.Equal("GPU 3 was asked for, but LibTorch finds 2: choose a GpuDeviceId from 0 to 1", NativeSetup.AbsentGpu(3, 2, true, s_linux));
        Assert.StartsWith("GPU 0 was asked for, but LibTorch finds none: install an NVIDIA driver for CUDA 12.8", NativeSetup.AbsentGpu(0, 0, true, s_linux));
        Assert.Equal(
            "GPU 0 was asked for, but this LibTorch is for the CPU alone: reference the package TorchSharp-cuda-linux in place of TorchSharp-cpu",
            NativeSetup.AbsentGpu(0, 0, false, s_linux));
        Assert.Equal("GPU 0 was asked for, but TorchSharp has no CUDA for osx-arm64: leave GpuDeviceId out", NativeSetup.AbsentGpu(0, 0, false, s_mac));
    }

    [Fact]
    public void A_gpu_that_cannot_compute_is_said_with_the_first_line_of_LibTorch() => Assert.StartsWith(
        "GPU 0 is there, but LibTorch cannot compute on it (CUDA error: no kernel image is available for execution on the device): ",
        NativeSetup.UnusableGpu(0, "CUDA error: no kernel image is available for execution on the device\nCompile with `TORCH_USE_CUDA_DSA`"));

    [Fact]
    public void What_has_nothing_to_do_with_it_is_left_alone()
    {
        Assert.True(NativeSetup.Prevents(s_noLibTorch));
        Assert.False(NativeSetup.Prevents(new InvalidOperationException()));
        Assert.False(NativeSetup.Prevents(new TypeInitializationException("Other", new ArgumentException())));
        Assert.False(NativeSetup.Prevents(new InvalidDataException()));
    }

    [Fact]
    public void This_machine_has_a_name() => Assert.Contains(Host.Current.Identifier.Split('-')[0], new[] { "linux", "win", "osx" });
}
