using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Relations;

/// <summary>The medians of a number in the groups that another column makes, as cities tell where a place lies and products what they cost.</summary>
/// <param name="Column">The number of the column that makes the groups.</param>
/// <param name="Groups">Its values, in order.</param>
/// <param name="Medians">Of each.</param>
internal sealed record GroupCentres(int Column, double[] Groups, double[] Medians)
{
    /// <summary>The fewest rows of a group whose median is its own: that of fewer would be one of their values.</summary>
    private const int MinimumRows = 10;

    /// <param name="column">That makes the groups.</param>
    /// <param name="groups">Its value in each row, NaN where missing.</param>
    /// <param name="target">The number, never missing.</param>
    public static GroupCentres Of(int column, double[] groups, double[] target)
    {
        var own = groups.Zip(target).Where(row => !double.IsNaN(row.First)).GroupBy(row => row.First, row => row.Second).Where(group => group.Count() >= MinimumRows).OrderBy(group => group.Key).ToArray();
        return new GroupCentres(column, [.. own.Select(group => group.Key)], [.. own.Select(group => group.Order().ElementAt(group.Count() / 2))]);
    }

    /// <summary>What a row of a group would have; NaN where nothing is known of it.</summary>
    public double Of(double group) => Array.BinarySearch(Groups, group) is var at and >= 0 ? Medians[at] : double.NaN;

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static GroupCentres Read(BinaryReader reader)
    {
        var read = new GroupCentres(reader.ReadInt32(), reader.ReadArray<double>(), reader.ReadArray<double>());
        bool fits = read.Groups.Length == read.Medians.Length && Array.TrueForAll(read.Medians, double.IsFinite)
            && read.Groups.Zip(read.Groups.Skip(1), (one, next) => one < next).All(isGreater => isGreater);
        return fits ? read : throw new InvalidDataException($"it claims impossible groups of column {read.Column}");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Column);
        writer.WriteArray<double>(Groups);
        writer.WriteArray<double>(Medians);
    }
}
