namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// Of each leaf of a tree the smallest part around it with many rows, which tells what a few rows leave open (in the manner of hierarchical shrinkage,
/// Agarwal et al. 2022).
/// </summary>
internal sealed class WiderParts
{
    private readonly int[] _partOf;
    private readonly List<(int[] Cells, int[] Counts)> _parts = [];

    /// <param name="tree">The tree.</param>
    /// <param name="minimumRows">Of a part, but where the tree has fewer.</param>
    public WiderParts(CellTree tree, int minimumRows)
    {
        _partOf = new int[tree.Leaves];
        var rows = new long[tree.Leaves];
        for (int leaf = 0; leaf < rows.Length; leaf++)
        {
            for (int i = tree.Starts[leaf]; i < tree.Starts[leaf + 1]; i++)
                rows[leaf] += tree.Counts[i];
        }
        // Of each fork the first leaf behind it, the last one, and the rows; forks lead on to later ones.
        int forks = tree.Features.Length;
        var first = new int[forks];
        var last = new int[forks];
        var all = new long[forks];
        for (int fork = forks - 1; fork >= 0; fork--)
        {
            int left = tree.Left[fork], right = tree.Right[fork];
            first[fork] = left < 0 ? ~left : first[left];
            last[fork] = right < 0 ? ~right : last[right];
            all[fork] = (left < 0 ? rows[~left] : all[left]) + (right < 0 ? rows[~right] : all[right]);
        }
        if (forks == 0)
            Add(tree, 0, 0);
        else
            Visit(0);

        void Visit(int fork)
        {
            // A side that is too small shares the part of this fork.
            bool isWide = true;
            foreach (int side in new[] { tree.Left[fork], tree.Right[fork] })
            {
                if (side >= 0 && all[side] >= minimumRows)
                    Visit(side);
                else if (isWide)
                {
                    Add(tree, first[fork], last[fork], side);
                    isWide = false;
                }
                else
                {
                    Mark(side, _parts.Count - 1);
                }
            }
        }

        void Mark(int side, int part)
        {
            int from = side < 0 ? ~side : first[side], to = side < 0 ? ~side : last[side];
            for (int leaf = from; leaf <= to; leaf++)
                _partOf[leaf] = part;
        }

        void Add(CellTree own, int from, int to, int side = ~0)
        {
            var counts = new SortedDictionary<int, int>();
            for (int i = own.Starts[from]; i < own.Starts[to + 1]; i++)
                counts[own.Cells[i]] = counts.GetValueOrDefault(own.Cells[i]) + own.Counts[i];
            _parts.Add(([.. counts.Keys], [.. counts.Values]));
            Mark(forks == 0 ? ~0 : side, _parts.Count - 1);
        }
    }

    /// <summary>The cells around a leaf and the rows of each.</summary>
    public (int[] Cells, int[] Counts) Of(int leaf) => _parts[_partOf[leaf]];
}
