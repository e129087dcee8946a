using Microsoft.ML.NormalizingFlows.Persistence;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// Parts of the rows by the cells of the columns before one, and the cells that the rows of each part have in that one (Breiman et al. 1984, CART; its
/// leaves as distributions, as in Reiter 2005 and Nowok et al. 2016).
/// </summary>
/// <param name="Features">Of each fork the column that it asks.</param>
/// <param name="Places">The last place on the left of a fork; of a category the number of its set of those.</param>
/// <param name="Left">Of each fork where the left side goes on: a fork, or a leaf as its complement.</param>
/// <param name="Right">Likewise.</param>
/// <param name="Sets">Bits of the places on the left, one set behind another.</param>
/// <param name="Starts">Where the cells of each leaf begin, and the end.</param>
/// <param name="Cells">Different cells of each leaf, in order.</param>
/// <param name="Counts">Rows of each of these.</param>
internal sealed record CellTree(int[] Features, int[] Places, int[] Left, int[] Right, ulong[] Sets, int[] Starts, int[] Cells, int[] Counts)
{
    /// <summary>Places from here on are the same to a fork that asks a category.</summary>
    public const int MaximumPlaces = 256;

    /// <summary>The length of one set.</summary>
    public const int Words = MaximumPlaces / 64;

    public int Leaves => Starts.Length - 1;

    /// <summary>Whether a set has a place.</summary>
    public static bool IsIn(ReadOnlySpan<ulong> set, int place)
    {
        int bit = Math.Min(place, MaximumPlaces - 1);
        return (set[bit / 64] >> bit % 64 & 1) != 0;
    }

    /// <summary>The leaf of a row.</summary>
    /// <param name="row">Its cells.</param>
    /// <param name="scales">Of all columns.</param>
    public int Leaf(ReadOnlySpan<int> row, CellScale[] scales)
    {
        int at = Features.Length == 0 ? ~0 : 0;
        while (at >= 0)
        {
            var scale = scales[Features[at]];
            int place = scale.Places[row[Features[at]]];
            at = (scale.IsCategory ? IsIn(Sets.AsSpan(Places[at] * Words, Words), place) : place <= Places[at]) ? Left[at] : Right[at];
        }
        return ~at;
    }

    /// <exception cref="InvalidDataException">The content is impossible.</exception>
    /// <param name="reader">Where it stands.</param>
    /// <param name="before">The columns that it may ask.</param>
    /// <param name="cells">Of its own column.</param>
    public static CellTree Read(BinaryReader reader, CellScale[] before, int cells)
    {
        int[] features = reader.ReadArray<int>(), places = reader.ReadArray<int>(), left = reader.ReadArray<int>(), right = reader.ReadArray<int>();
        var sets = reader.ReadArray<ulong>();
        int[] starts = reader.ReadArray<int>();
        int[] own = new int[reader.ReadCount(leastBytes: 1)], counts = new int[own.Length];
        for (int i = 0, leaf = 0, last = -1; i < own.Length; i++)
        {
            for (; leaf < starts.Length && starts[leaf] == i; leaf++)
                last = -1;
            int step = reader.Read7BitEncodedInt();
            own[i] = last = unchecked(last + (step >> 1));
            counts[i] = (step & 1) == 0 ? 1 : reader.Read7BitEncodedInt();
        }
        var tree = new CellTree(features, places, left, right, sets, starts, own, counts);
        return tree.Fits(before, cells) ? tree : throw new InvalidDataException($"a tree of {tree.Features.Length} forks does not fit together");
    }

    public void Write(BinaryWriter writer)
    {
        foreach (int[] array in new[] { Features, Places, Left, Right })
            writer.WriteArray<int>(array);
        writer.WriteArray<ulong>(Sets);
        writer.WriteArray<int>(Starts);
        writer.Write(Cells.Length);
        for (int leaf = 0; leaf < Leaves; leaf++)
        {
            // How far each cell is behind the one before, and a bit where it has several rows.
            for (int i = Starts[leaf], last = -1; i < Starts[leaf + 1]; last = Cells[i++])
            {
                writer.Write7BitEncodedInt((Cells[i] - last) << 1 | (Counts[i] > 1 ? 1 : 0));
                if (Counts[i] > 1)
                    writer.Write7BitEncodedInt(Counts[i]);
            }
        }
    }

    private bool Fits(CellScale[] before, int cells)
    {
        bool fits = Places.Length == Features.Length && Left.Length == Features.Length && Right.Length == Features.Length && IsInOrder()
            && Starts.Length > 1 && Starts[0] == 0 && Starts[^1] == Cells.Length && Counts.Length == Cells.Length && Sets.Length % Words == 0;
        for (int fork = 0; fits && fork < Features.Length; fork++)
        {
            fits = Features[fork] >= 0 && Features[fork] < before.Length
                && (!before[Features[fork]].IsCategory || Places[fork] >= 0 && Places[fork] < Sets.Length / Words);
        }
        for (int leaf = 0; fits && leaf < Leaves; leaf++)
        {
            fits = Starts[leaf] < Starts[leaf + 1] && Starts[leaf + 1] <= Cells.Length;
            for (int i = Starts[leaf]; fits && i < Starts[leaf + 1]; i++)
                fits = Counts[i] > 0 && Cells[i] >= 0 && Cells[i] < cells && (i == Starts[leaf] || Cells[i] > Cells[i - 1]);
        }
        return fits;
    }

    // Whether forks and leaves are numbered as they are met from the left, each of them once.
    private bool IsInOrder()
    {
        int forks = 0, leaves = 0;
        var open = new Stack<int>([Features.Length == 0 ? ~0 : 0]);
        while (open.TryPop(out int at))
        {
            if (at < 0 ? ~at != leaves++ : at != forks++ || at >= Features.Length)
                return false;
            if (at < 0)
                continue;
            open.Push(Right[at]);
            open.Push(Left[at]);
        }
        return forks == Features.Length && leaves == Leaves;
    }
}
