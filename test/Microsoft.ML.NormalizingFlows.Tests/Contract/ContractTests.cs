namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// What is compiled here uses nothing of Microsoft.ML, Microsoft.Data.Analysis and TorchSharp that the real packages do not have.
/// The rows of their API that are in use lie in <c>api/</c>. After a change of what is used, run this class once in an offline
/// build with the environment variable UPDATE_API_ROWS=1: it takes the rows from the full lists, <see cref="ApiFolders.Full"/>.
/// </summary>
public sealed class ContractTests
{
    private readonly RealApi _api;

    public ContractTests()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_API_ROWS") == "1")
        {
            var full = ApiFolders.Full
                ?? throw new DirectoryNotFoundException("UPDATE_API_ROWS needs the full lists: set API_DIR to their folder.");
            new RealApi(full).Keep(ApiFolders.Kept, CompiledCode.References, [.. CompiledCode.Offline.SelectMany(DefinedApi.Read)]);
        }

        _api = new RealApi(ApiFolders.Kept);
    }

    [Fact]
    public void Everything_referred_to_exists_in_the_real_packages()
    {
        // Where the real packages have more overloads, the compiler may choose others than those that are kept.
        _api.Add(CompiledCode.Real.SelectMany(DefinedApi.Read));
        None(CompiledCode.References.Select(_api.Problem).OfType<string>());
    }

    [Fact]
    public void The_references_of_every_kind_of_assembly_are_read()
    {
        var names = CompiledCode.Ours.Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.Contains("QuickStart", names);
        Assert.Contains("Benchmarks", names);
        // Speed calls the engines alone, and nothing of a package.
        Assert.All(CompiledCode.Ours.Where(file => Path.GetFileNameWithoutExtension(file) != "Speed"), file => Assert.NotEmpty(ApiReference.Read(file, RealApi.Covers)));
    }

    [SkippableFact]
    public void The_kept_rows_are_those_of_the_full_lists()
    {
        Skip.If(ApiFolders.Full is null, "The full lists are not here: set API_DIR to their folder.");
        None(_api.Outdated(new RealApi(ApiFolders.Full)));
    }

    [SkippableFact]
    public void The_kept_rows_are_what_the_real_packages_declare()
    {
        Skip.If(CompiledCode.Real.Count == 0, "This build uses the projects in offline/ alone.");
        var declared = CompiledCode.Real.SelectMany(DefinedApi.Read).ToDictionary(member => (member.Assembly, member.Id));
        var offline = CompiledCode.Offline.Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var rows = _api.Rows.Where(row => !offline.Contains(row.Assembly)).ToList();
        None(rows.Where(row => !declared.ContainsKey(row)).Select(row => $"{row.Assembly}: {row.Id}: nobody declares it"));
        None(rows.Select(row => _api.Problem(declared[row])).OfType<string>());
    }

    [SkippableFact]
    public void The_offline_assemblies_declare_only_what_the_real_ones_do()
    {
        Skip.If(CompiledCode.Offline.Count == 0, "This build uses the real packages alone.");
        None(CompiledCode.Offline.SelectMany(DefinedApi.Read).Select(_api.Problem).OfType<string>());
    }

    [SkippableFact]
    public void Everything_offline_is_used()
    {
        Skip.If(CompiledCode.Offline.Count == 0, "This build uses the real packages alone.");
        None(OfflineUse.Unused(CompiledCode.Ours, CompiledCode.Offline));
    }

    private static void None(IEnumerable<string> problems)
    {
        var all = string.Join('\n', problems.Order());
        Assert.True(all.Length == 0, all);
    }
}
