namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>How trees are grown, and how they become distributions.</summary>
internal sealed record TreeSettings
{
    private const int MaximumWiderRows = 100, PartsOfAll = 50;

    /// <summary>Trees of each column, 1 or more, whose mean is its distribution (Breiman 1996, bagging).</summary>
    public int Trees { get; init; } = 10;

    /// <summary>The fewest rows of a leaf.</summary>
    public int MinimumLeaf { get; init; } = 10;

    /// <summary>Of the rows, how many each tree sees.</summary>
    public double RowShare { get; init; } = 0.7;

    /// <summary>
    /// As how many rows of a leaf the distribution of all rows counts, so that every cell has a probability. It is kept for what has not been seen, and so
    /// drawn only where a condition leaves nothing else.
    /// </summary>
    public double Background { get; init; } = 0.05;

    /// <summary>As how many rows of a leaf the part around it counts.</summary>
    public double Wider { get; init; } = 0.4;

    /// <summary>The fewest rows of a part around a leaf, see <see cref="For"/>.</summary>
    public int WiderRows { get; init; } = MaximumWiderRows;

    /// <summary>The standard deviation of a kernel in mean distances to the next values of its leaf.</summary>
    public double KernelWidth { get; init; } = 0.7;

    /// <summary>With parts around leaves that are no more than one of fifty of the rows: of a small table they would span all that it has.</summary>
    public TreeSettings For(int rows) => this with { WiderRows = Math.Clamp(rows / PartsOfAll, Math.Min(2 * MinimumLeaf, MaximumWiderRows), MaximumWiderRows) };
}
