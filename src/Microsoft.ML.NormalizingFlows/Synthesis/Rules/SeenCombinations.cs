using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Persistence;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>
/// The values that some columns had together in a training row, kept as 64 bits of a hash each: a combination that no row had passes for one with
/// a probability of their number in 2^64.
/// </summary>
/// <param name="columns">Their places in the table, 2 or more.</param>
internal sealed class SeenCombinations(int[] columns)
{
    private readonly HashSet<ulong> _seen = [];

    /// <summary>The combinations that options name, none of them seen yet.</summary>
    /// <exception cref="ArgumentException">A column is not in the table, or its values are all different.</exception>
    public static SeenCombinations[] Of(IReadOnlyList<TableColumn> columns, IEnumerable<IReadOnlyCollection<string>> combinations) => [.. combinations.Select(names =>
        new SeenCombinations([.. names.Select(name => Find(columns, name))]))];

    public void Add(ReadOnlySpan<double> row) => _seen.Add(Hash(row));

    public bool Holds(ReadOnlySpan<double> row) => _seen.Contains(Hash(row));

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    public static SeenCombinations Read(BinaryReader reader, int count)
    {
        var read = new SeenCombinations(reader.ReadArray<int>());
        if (!read.Columns.All(column => column >= 0 && column < count))
            throw new InvalidDataException("it claims a combination of columns that it does not have");
        read._seen.UnionWith(reader.ReadArray<ulong>());
        return read._seen.Count > 0 ? read : throw new InvalidDataException("it claims columns of which no values go together");
    }

    public void Write(BinaryWriter writer)
    {
        writer.WriteArray<int>(columns);
        writer.WriteArray<ulong>([.. _seen.Order()]);
    }

    private int[] Columns => columns;

    private static int Find(IReadOnlyList<TableColumn> columns, string name)
    {
        int at = Enumerable.Range(0, columns.Count).FirstOrDefault(i => columns[i].Name == name, -1);
        if (at < 0)
            throw new ArgumentException($"{nameof(SynthesizerOptions.Combinations)} names '{name}', which the table does not have: its columns are {string.Join(", ", columns.Select(column => column.Name))}.");
        return !columns[at].Options.Unique ? at
            : throw new ArgumentException($"{nameof(SynthesizerOptions.Combinations)} names '{name}', whose values are unique, so that none is drawn again: drop one of these rules.");
    }

    private ulong Hash(ReadOnlySpan<double> row)
    {
        ulong hash = 0;
        foreach (int column in columns)
        {
            // -0 is 0, and one missing value as good as another.
            double value = double.IsNaN(row[column]) ? double.NaN : row[column] + 0.0;
            hash = RandomStream.Derive(hash, "combination", BitConverter.DoubleToUInt64Bits(value));
        }
        return hash;
    }
}
