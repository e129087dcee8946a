using Microsoft.ML.NormalizingFlows.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Reference;

/// <summary>Finds the TorchSharp device for a <see cref="ComputeDevice"/>.</summary>
internal static class TorchDevice
{
    /// <summary>Whether <paramref name="wanted"/> comes out as a GPU.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Find"/>.</exception>
    public static bool IsGpu(ComputeDevice wanted) => Find(wanted).type == DeviceType.CUDA;

    /// <exception cref="InvalidOperationException">The GPU is absent and falling back to the CPU is not allowed.</exception>
    public static Device Find(ComputeDevice wanted)
    {
        if (wanted.GpuDeviceId is not int gpu)
            return CPU;
        int present = cuda.is_available() ? cuda.device_count() : 0;
        if (gpu >= 0 && gpu < present)
            return device(DeviceType.CUDA, gpu);
        if (wanted.FallbackToCpu)
            return CPU;
        throw new InvalidOperationException(
            $"GPU {gpu} was asked for and LibTorch finds {present}: reference TorchSharp-cuda-linux or TorchSharp-cuda-windows, " +
            "choose another GpuDeviceId, or set FallbackToCpu.");
    }
}
