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

    /// <summary>Those of Microsoft.ML, Microsoft.Data.Analysis and TorchSharp that this build takes from the real packages.</summary>
    public static IReadOnlyList<string> Real => _theirs[false];

    /// <summary>Those that this build takes from the projects in <c>offline/</c>.</summary>
    public static IReadOnlyList<string> Offline => _theirs[true];

    private static readonly Dictionary<bool, string[]> _theirs = FindTheirs();

    /// <summary>What our assemblies refer to in theirs.</summary>
    public static IReadOnlyCollection<ApiReference> References { get; } =
        [.. Ours.SelectMany(file => ApiReference.Read(file, RealApi.Covers))
            .DistinctBy(one => (one.Assembly, one.Id, one.Type?.Id))];

    private static Dictionary<bool, string[]> FindTheirs()
    {
        string packages = typeof(CompiledCode).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Packages").Value!;
        string? standIns = packages switch { "offline" => "", "offline-torch" => "TorchSharp", _ => null };
        var files = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(file => RealApi.Covers(Path.GetFileNameWithoutExtension(file))).Order();
        var found = files.ToLookup(file => standIns is not null && Path.GetFileName(file).StartsWith(standIns, StringComparison.Ordinal));
        return new() { [false] = [.. found[false]], [true] = [.. found[true]] };
    }
}
