using Density.Data.Paper;

namespace Density.Data;

/// <summary>The data sets by name.</summary>
internal static class DataSets
{
    private static readonly Dictionary<string, Func<DataPlace, DensityData>> Known = new()
    {
        ["miniboone40"] = SmallSets.Miniboone40,
        ["power-small"] = SmallSets.Power,
        ["gas-small"] = SmallSets.Gas,
        ["hepmass-small"] = SmallSets.Hepmass,
        ["protein"] = UciTables.Protein,
        ["parkinsons"] = UciTables.Parkinsons,
        ["bsds300"] = SmallSets.Bsds300,
        ["bsds300-small"] = SmallSets.Bsds300Small,
        ["moons"] = _ => ToySets.Moons(),
        ["rings"] = _ => ToySets.Rings(),
        ["mixture"] = _ => ToySets.Mixture(),
    };

    static DataSets()
    {
        foreach (PaperSet set in PaperSet.All)
            Known[set.Name] = set.Load;
    }

    public static IEnumerable<string> Names => Known.Keys;

    /// <exception cref="ArgumentException">There is none of that name; the message lists those that there are.</exception>
    public static DensityData Load(string name, DataPlace place)
    {
        CheckName(name);
        return Known[name](place).Check();
    }

    public static void CheckName(string name)
    {
        if (!Known.ContainsKey(name))
            throw new ArgumentException($"There is no data set '{name}'; known: {string.Join(", ", Names)}.");
    }
}
