using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>Cells of two columns that no training row has together, though by chance many would have; found, not told.</summary>
/// <param name="First">The place of the column that is drawn first.</param>
/// <param name="Second">That of the other.</param>
/// <param name="FirstGroups">Of each cell of the first one the group that it belongs to.</param>
/// <param name="SecondGroups">Likewise.</param>
/// <param name="Together">(groups of the first one, groups of the second one): whether they go together.</param>
internal sealed record CellRule(int First, int Second, int[] FirstGroups, int[] SecondGroups, bool[] Together)
{
    private readonly int _secondGroups = Groups(SecondGroups);

    /// <summary>Whether a cell of the first column goes with one of the second.</summary>
    public bool Allows(int first, int second) => Together[FirstGroups[first] * _secondGroups + SecondGroups[second]];

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static CellRule Read(BinaryReader reader, IReadOnlyList<ColumnCode> codes)
    {
        int first = reader.ReadInt32(), second = reader.ReadInt32();
        int[] firstGroups = reader.ReadArray<int>(), secondGroups = reader.ReadArray<int>();
        bool[] together = [.. reader.ReadArray<byte>().Select(value => value != 0)];
        bool fits = first >= 0 && first < second && second < codes.Count && firstGroups.Length == codes[first].Marginal.Count && secondGroups.Length == codes[second].Marginal.Count
            && firstGroups.Min() >= 0 && secondGroups.Min() >= 0 && together.Length == (long)Groups(firstGroups) * Groups(secondGroups);
        return fits ? new CellRule(first, second, firstGroups, secondGroups, together) : throw new InvalidDataException("it claims an impossible rule of two columns");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(First);
        writer.Write(Second);
        writer.WriteArray<int>(FirstGroups);
        writer.WriteArray<int>(SecondGroups);
        writer.WriteArray<byte>([.. Together.Select(value => value ? (byte)1 : (byte)0)]);
    }

    private static int Groups(int[] groups) => groups.Max() + 1;
}
