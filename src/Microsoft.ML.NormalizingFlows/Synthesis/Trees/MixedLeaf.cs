using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>One leaf of a tree and what it is mixed with.</summary>
internal readonly ref struct MixedLeaf
{
    private readonly CellTree _tree;
    private readonly int _leaf;
    private readonly WiderParts _parts;
    private readonly CellScale _scale;
    private readonly TreeSettings _settings;
    private readonly LeafDensity _own;

    /// <param name="tree">The tree.</param>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="parts">The parts around its leaves.</param>
    /// <param name="scale">Of the column.</param>
    /// <param name="settings">Of the leaves.</param>
    public MixedLeaf(CellTree tree, int leaf, WiderParts parts, CellScale scale, TreeSettings settings)
    {
        (_tree, _leaf, _parts, _scale, _settings) = (tree, leaf, parts, scale, settings);
        _own = Density(scale.Ranges);
    }

    /// <summary>The probability of a cell.</summary>
    public double Probability(LeafMixture mixture, int cell) => Parts(mixture.Neighbors, cell).Mixed(mixture.Wider);

    /// <summary>The probabilities of a cell that are mixed.</summary>
    /// <param name="neighbors">See <see cref="LeafMixture.Neighbors"/>.</param>
    /// <param name="cell">The cell.</param>
    public CellParts Parts(double neighbors, int cell)
    {
        double own = _own.Probability(cell);
        if (neighbors > 0)
            own += neighbors * (Near().Probability(cell) - own);
        return new CellParts(_own.Rows, own, Wider().Probability(cell), _settings.Background, _scale.Share(cell));
    }

    /// <summary>Draws a cell, but not of what is the same for all leaves.</summary>
    public int Draw(LeafMixture mixture, RandomStream random)
    {
        double at = random.NextUniform() * (_own.Rows + mixture.Wider);
        return at >= _own.Rows ? Wider().Draw(random)
            : at < _own.Rows * mixture.Neighbors ? Near().Draw(random)
            : _own.Draw(random);
    }

    /// <summary>Adds a share of the probabilities of all cells, but for what is the same for all leaves, whose part is returned.</summary>
    public double AddTo(Span<double> probabilities, LeafMixture mixture, double share)
    {
        double unit = share / (_own.Rows + mixture.Wider + _settings.Background);
        _own.AddTo(probabilities, _own.Rows * (1 - mixture.Neighbors) * unit);
        if (mixture.Neighbors > 0)
            Near().AddTo(probabilities, _own.Rows * mixture.Neighbors * unit);
        Wider().AddTo(probabilities, mixture.Wider * unit);
        return _settings.Background * unit;
    }

    private LeafDensity Near() => Density(_scale.Neighbors!);

    private LeafDensity Wider()
    {
        var (cells, counts) = _parts.Of(_leaf);
        return new LeafDensity(cells, counts, _scale.Ranges, _settings.KernelWidth);
    }

    private LeafDensity Density(RankScale scale)
    {
        var range = _tree.Starts[_leaf].._tree.Starts[_leaf + 1];
        return new LeafDensity(_tree.Cells.AsSpan(range), _tree.Counts.AsSpan(range), scale, _settings.KernelWidth);
    }
}

/// <summary>What a leaf says of one cell.</summary>
/// <param name="Rows">Of the leaf.</param>
/// <param name="Own">The probability by these.</param>
/// <param name="Around">That by the part around it.</param>
/// <param name="Background">As how many rows that of all rows counts.</param>
/// <param name="Share">That of all rows.</param>
internal readonly record struct CellParts(double Rows, double Own, double Around, double Background, double Share)
{
    /// <summary>Its probability where the part around the leaf counts as so many rows.</summary>
    public double Mixed(double wider) => (Rows * Own + wider * Around + Background * Share) / (Rows + wider + Background);
}
