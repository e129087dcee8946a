namespace Microsoft.ML.NormalizingFlows.Models;

/// <summary>Where to compute: a GPU by number, or the CPU where <see cref="GpuDeviceId"/> is null.</summary>
internal sealed record ComputeDevice(int? GpuDeviceId, bool FallbackToCpu)
{
    public static ComputeDevice Cpu { get; } = new(null, true);
}
