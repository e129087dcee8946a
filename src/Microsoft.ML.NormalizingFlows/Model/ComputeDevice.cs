namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Where and with what to compute: a GPU by number, or the CPU where <see cref="GpuDeviceId"/> is null.</summary>
internal sealed record ComputeDevice(int? GpuDeviceId, bool FallbackToCpu)
{
    public static ComputeDevice Cpu { get; } = new(null, true);

    public ComputeEngine Engine { get; init; } = ComputeEngine.Automatic;

    /// <summary>Threads of the managed engine, 1 or more; null for as many as there are processors.</summary>
    public int? Threads { get; init; }
}
