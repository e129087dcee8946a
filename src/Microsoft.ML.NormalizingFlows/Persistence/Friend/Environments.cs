using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Persistence.Friend;

/// <summary>What an <see cref="MLContext"/> knows and its public interfaces do not show.</summary>
internal static class Environments
{
    /// <summary>The environment behind a catalog.</summary>
    public static IHostEnvironment Of(TransformsCatalog catalog) => catalog.GetEnvironment();

    /// <summary>The environment behind the trainers of a task.</summary>
    public static IHostEnvironment Of(TrainCatalogBase.CatalogInstantiatorBase catalog) => catalog.GetEnvironment();

    /// <summary>The environment behind a catalog.</summary>
    public static IHostEnvironment Of(DataOperationsCatalog catalog) => catalog.GetEnvironment();

    /// <summary>The seed that was given; else that of the <see cref="MLContext"/>; else a fresh one.</summary>
    public static ulong Seed(IHostEnvironment environment, int? given) =>
        (given ?? (environment as IHostEnvironmentInternal)?.Seed) is { } seed
            ? unchecked((ulong)seed)
            : (ulong)Random.Shared.NextInt64();

    /// <summary>The device that the <see cref="MLContext"/> asks for; what is given here comes first.</summary>
    public static ComputeDevice Device(IHostEnvironment environment, int? gpuDeviceId, bool? fallbackToCpu)
    {
        var context = environment as IHostEnvironmentInternal;
        return new ComputeDevice(gpuDeviceId ?? context?.GpuDeviceId, fallbackToCpu ?? context?.FallbackToCpu ?? true);
    }
}
