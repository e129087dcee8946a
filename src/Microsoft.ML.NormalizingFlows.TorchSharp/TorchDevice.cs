using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>Finds the TorchSharp device for a <see cref="ComputeDevice"/>.</summary>
internal static class TorchDevice
{
    /// <summary>Whether <paramref name="wanted"/> comes out as a GPU.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Find"/>.</exception>
    public static bool IsGpu(ComputeDevice wanted) => Find(wanted).type == DeviceType.CUDA;

    /// <exception cref="InvalidOperationException">The GPU is absent or of no use, and falling back to the CPU is not allowed.</exception>
    public static Device Find(ComputeDevice wanted)
    {
        if (wanted.GpuDeviceId is not int gpu)
            return CPU;
        if (Obstacle(gpu) is not string obstacle)
            return device(DeviceType.CUDA, gpu);
        return wanted.FallbackToCpu ? CPU : throw new InvalidOperationException(obstacle + ", or set FallbackToCpu.");
    }

    /// <summary>Why this GPU cannot be used; null where it can.</summary>
    public static string? Obstacle(int gpu)
    {
        int present = cuda.is_available() ? cuda.device_count() : 0;
        if (gpu < 0 || gpu >= present)
            return NativeSetup.AbsentGpu(gpu, present, NativeLibrary.TryLoad("torch_cuda", typeof(torch).Assembly, null, out _), Host.Current);
        try
        {
            // A GPU that LibTorch has no kernels for is found all the same, and fails at the first of them.
            using var one = ones(1, device: device(DeviceType.CUDA, gpu));
            using var copy = one.cpu();
            return null;
        }
        catch (ExternalException error)
        {
            return NativeSetup.UnusableGpu(gpu, error.Message);
        }
    }
}
