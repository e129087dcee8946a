namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>
/// Of each leaf of a tree the smallest part around it with many rows, which tells what a few rows leave open (in the manner of hierarchical shrinkage,
/// Agarwal et al. 2022).
/// </summary>
internal sealed class WiderParts
{
    private readonly (int[] Cells, int[] Counts)[] _parts;

    /// <param name="tree">The tree.</param>
    /// <param name="minimumRows">Of a part, but where the tree has fewer.</param>
    public WiderParts(CellTree tree, int minimumRows)
    {
        // Of each fork the first leaf behind it, the last one, and the rows; forks lead on to later ones.
        int forks = tree.Features.Length;
        var (first, last, rows) = (new int[forks], new int[forks], new long[forks]);
        for (int fork = forks - 1; fork >= 0; fork--)
        {
            int left = tree.Left[fork], right = tree.Right[fork];
            first[fork] = left < 0 ? ~left : first[left];
            last[fork] = right < 0 ? ~right : last[right];
            rows[fork] = Rows(left) + Rows(right);
        }
        // Of each fork itself, or the nearest one above it, which has many rows.
        var wide = new int[forks];
        var parts = new Dictionary<int, (int[], int[])>();
        _parts = new (int[], int[])[tree.Leaves];
        for (int fork = 0; fork < forks; fork++)
        {
            foreach (int side in new[] { tree.Left[fork], tree.Right[fork] })
            {
                if (side >= 0)
                    wide[side] = rows[side] >= minimumRows ? side : wide[fork];
                else if (parts.TryGetValue(wide[fork], out var known))
                    _parts[~side] = known;
                else
                    _parts[~side] = parts[wide[fork]] = Part(tree, first[wide[fork]], last[wide[fork]]);
            }
        }
        if (forks == 0)
            _parts[0] = (tree.Cells, tree.Counts);

        long Rows(int side)
        {
            if (side >= 0)
                return rows[side];
            long sum = 0;
            for (int i = tree.Starts[~side]; i < tree.Starts[~side + 1]; i++)
                sum += tree.Counts[i];
            return sum;
        }
    }

    /// <summary>The cells around a leaf and the rows of each.</summary>
    public (int[] Cells, int[] Counts) Of(int leaf) => _parts[leaf];

    private static (int[], int[]) Part(CellTree tree, int first, int last)
    {
        var counts = new SortedDictionary<int, int>();
        for (int i = tree.Starts[first]; i < tree.Starts[last + 1]; i++)
            counts[tree.Cells[i]] = counts.GetValueOrDefault(tree.Cells[i]) + tree.Counts[i];
        return ([.. counts.Keys], [.. counts.Values]);
    }
}
