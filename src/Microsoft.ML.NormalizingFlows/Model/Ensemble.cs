namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// What an ensemble of M flows is: the mean of their densities, <c>p(x) = 1/M sum_m p_m(x)</c>. By Jensen's inequality its
/// log-density is at least the mean of theirs.
/// </summary>
internal static class Ensemble
{
    /// <summary>The features of the members, and the states of all of them.</summary>
    public static FlowShape Shape(IEnumerable<FlowShape> members)
    {
        var all = members.ToList();
        return all.Count == 1 ? all[0] : all[0] with { States = all.Sum(member => member.States) };
    }

    /// <summary>The seed of member <paramref name="index"/>; the first keeps that of the model.</summary>
    public static ulong Seed(ulong seed, int index) => index == 0 ? seed : Numerics.RandomStream.Derive(seed, "member", (ulong)index);
}
