namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// What the library offers is what <c>PublicSurface.txt</c> lists, so that a change of it is deliberate. After one, run this class once with
/// the environment variable UPDATE_PUBLIC_SURFACE=1, and look at what changed in the list.
/// </summary>
public sealed class PublicSurfaceTests
{
    private static readonly string s_list =
        Path.Combine(ApiFolders.Repository(), "test", "Microsoft.ML.NormalizingFlows.Tests", "Contract", "PublicSurface.txt");

    /// <summary>What the compiler gives to each record.</summary>
    private static readonly string[] s_ofEveryRecord =
        [".op_Equality(", ".op_Inequality(", ".{Clone}$", ".Equals(", ".GetHashCode", ".ToString", ".PrintMembers(", ".Deconstruct("];

    [Fact]
    public void It_is_what_the_list_says()
    {
        string[] surface = [.. new[] { typeof(NormalizingVariationalFlowTransformer), typeof(FlowMap) }
            .SelectMany(type => DefinedApi.Read(type.Assembly.Location))
            .Where(member => !s_ofEveryRecord.Any(member.Id.Contains))
            .Select(member => member.Row().ToString()).Distinct().Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_SURFACE") == "1")
            File.WriteAllLines(s_list, surface);
        string[] listed = File.ReadAllLines(s_list);
        string[] changes = [.. surface.Except(listed).Select(id => "new: " + id), .. listed.Except(surface).Select(id => "gone: " + id)];
        Assert.True(changes.Length == 0, "The public surface has changed; if that is meant, run this test with UPDATE_PUBLIC_SURFACE=1.\n" + string.Join('\n', changes));
    }
}
