namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>What the rows of a leaf are mixed with: leaves of ten rows would else repeat their own values, though others are as likely.</summary>
/// <param name="Wider">As how many rows the part around the leaf counts.</param>
/// <param name="Neighbors">Which share of its rows stands for values near its own as well, where each value has a cell.</param>
internal readonly record struct LeafMixture(double Wider, double Neighbors)
{
    /// <summary>Of the rows of a category one of so many is kept from its trees to judge, up to so many.</summary>
    private const int HeldOutEvery = 10, MaximumHeldOut = 3_000;

    /// <summary>Weights that are tried, each twice the one before.</summary>
    private const int Weights = 8;

    /// <summary>What a column has for which nothing is tried: numbers are smooth along their order, and the part around a leaf would blur it.</summary>
    public static LeafMixture Of(CellScale scale, TreeSettings settings) => new(settings.Wider, scale.Neighbors is null ? 0 : settings.Neighbors);

    /// <summary>Divides rows into those that trees are grown from and those that judge, which are none of a number.</summary>
    public static (int[] Grown, int[] HeldOut) Divide(CellScale scale, int[] rows)
    {
        if (!scale.IsCategory)
            return (rows, []);
        int every = Math.Max(HeldOutEvery, (rows.Length + MaximumHeldOut - 1) / MaximumHeldOut);
        return ([.. rows.Where((_, i) => i % every != every - 1)], [.. rows.Where((_, i) => i % every == every - 1)]);
    }

    /// <summary>As much as makes rows likeliest that the trees have not seen.</summary>
    /// <param name="place">Of the column.</param>
    /// <param name="cells">Of all rows.</param>
    /// <param name="heldOut">Rows that the trees have not seen.</param>
    /// <param name="trees">Of the column.</param>
    /// <param name="settings">Of the leaves.</param>
    public static LeafMixture Fit(int place, TrainingCells cells, int[] heldOut, CellTree[] trees, TreeSettings settings)
    {
        var scale = cells.Scales[place];
        var least = Of(scale, settings);
        if (trees.Length == 0 || heldOut.Length == 0)
            return least;
        LeafMixture[] all = [.. Enumerable.Range(0, Weights).Select(power => least with { Wider = least.Wider * (1 << power) })];
        double[] sums = new double[all.Length], found = new double[all.Length];
        WiderParts[] parts = [.. trees.Select(tree => new WiderParts(tree, settings.WiderRows))];
        int[] row = new int[place];
        foreach (int judged in heldOut)
        {
            for (int column = 0; column < place; column++)
                row[column] = cells[column][judged];
            Array.Clear(found);
            for (int tree = 0; tree < trees.Length; tree++)
            {
                var leaf = new MixedLeaf(trees[tree], trees[tree].Leaf(row, cells.Scales), parts[tree], scale, settings).Parts(least.Neighbors, cells[place][judged]);
                for (int i = 0; i < all.Length; i++)
                    found[i] += leaf.Mixed(all[i].Wider);
            }
            for (int i = 0; i < all.Length; i++)
                sums[i] += Math.Log(found[i]);
        }
        return all[Array.IndexOf(sums, sums.Max())];
    }
}
