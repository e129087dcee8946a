using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Trees;

/// <summary>The distribution of one column given those before it: the mean over its trees, or, without any, that of all rows.</summary>
internal sealed class ColumnTrees
{
    private readonly CellScale _scale;
    private readonly CellScale[] _scales;
    private readonly CellTree[] _trees;
    private readonly TreeSettings _settings;
    private readonly WiderParts[] _wider;
    private readonly LeafMixture _mixture;
    private readonly double[] _ends;

    /// <param name="place">Of the column.</param>
    /// <param name="scales">Of all columns.</param>
    /// <param name="trees">Of this one.</param>
    /// <param name="settings">What becomes of their leaves.</param>
    /// <param name="mixture">What these are mixed with.</param>
    public ColumnTrees(int place, CellScale[] scales, CellTree[] trees, TreeSettings settings, LeafMixture mixture)
    {
        (_scale, _scales, _trees, _settings) = (scales[place], scales, trees, settings);
        // Whatever a file claims.
        _mixture = _scale.Neighbors is null ? mixture with { Neighbors = 0 } : mixture;
        _wider = [.. trees.Select(tree => new WiderParts(tree, settings.WiderRows))];
        _ends = new double[_scale.Count];
        double sum = 0;
        for (int cell = 0; cell < _ends.Length; cell++)
            _ends[cell] = sum += _scale.Share(cell);
    }

    public double LogProbability(ReadOnlySpan<int> row, int cell)
    {
        if (_trees.Length == 0)
            return Math.Log(_scale.Share(cell));
        double sum = 0;
        for (int tree = 0; tree < _trees.Length; tree++)
            sum += Leaf(tree, row).Probability(_mixture, cell);
        return Math.Log(sum / _trees.Length);
    }

    /// <summary>Draws a cell of a leaf or the part around it, or, without trees, of all rows.</summary>
    public int Draw(ReadOnlySpan<int> row, RandomStream random)
    {
        if (_trees.Length > 0)
            return Leaf(random.NextInt(_trees.Length), row).Draw(_mixture, random);
        int at = Array.BinarySearch(_ends, random.NextUniform() * _ends[^1]);
        return Math.Min(at < 0 ? ~at : at, _ends.Length - 1);
    }

    /// <summary>Draws a cell by its probability times what it is worth; adds ln of the sum of these.</summary>
    public int Draw(ReadOnlySpan<int> row, ReadOnlySpan<float> worth, RandomStream random, ref double logWeight)
    {
        var shares = new double[_scale.Count];
        double background = _trees.Length == 0 ? 1 : 0;
        for (int tree = 0; tree < _trees.Length; tree++)
            background += Leaf(tree, row).AddTo(shares, _mixture, 1.0 / _trees.Length);
        double sum = 0;
        for (int cell = 0; cell < shares.Length; cell++)
        {
            shares[cell] = (shares[cell] + background * _scale.Share(cell)) * worth[cell];
            sum += shares[cell];
        }
        logWeight += Math.Log(sum);
        double left = random.NextUniform() * sum;
        int last = 0;
        for (int cell = 0; cell < shares.Length && left >= 0; cell++)
        {
            left -= shares[cell];
            last = shares[cell] > 0 ? cell : last;
        }
        return last;
    }

    private MixedLeaf Leaf(int tree, ReadOnlySpan<int> row) => new(_trees[tree], _trees[tree].Leaf(row, _scales), _wider[tree], _scale, _settings);
}
