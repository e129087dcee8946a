using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// The compiled assemblies that the contract is about. The project file of the tests builds every sample and benchmark and
/// copies its assembly into the folder <c>contract</c> beside the tests, so that all of them are there whenever the tests are.
/// </summary>
internal static class CompiledCode
{
    /// <summary>Ours: the product, the tests, the samples, the benchmarks.</summary>
    public static IReadOnlyList<string> Ours { get; } =
    [
        typeof(NormalizingVariationalFlowTransformer).Assembly.Location,
        typeof(FlowMap).Assembly.Location,
        typeof(CompiledCode).Assembly.Location,
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "contract"), "*.dll").Order(),
    ];

    /// <summary>Those of Microsoft.ML, Microsoft.Data.Analysis and TorchSharp, real or offline.</summary>
    public static IReadOnlyList<string> Theirs { get; } =
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(file => RealApi.Covers(Path.GetFileNameWithoutExtension(file))).Order()];

    /// <summary>Whether this build uses the projects in <c>offline/</c> instead of the packages.</summary>
    public static bool IsOffline { get; } =
        typeof(CompiledCode).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "Packages").Value == "offline";

    /// <summary>What our assemblies refer to in theirs.</summary>
    public static IReadOnlyCollection<ApiReference> References { get; } =
        [.. Ours.SelectMany(file => ApiReference.Read(file, RealApi.Covers))
            .DistinctBy(one => (one.Assembly, one.Id, one.Type?.Id))];
}
