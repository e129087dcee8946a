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
    private readonly double[] _ends;

    /// <param name="place">Of the column.</param>
    /// <param name="scales">Of all columns.</param>
    /// <param name="trees">Of this one.</param>
    /// <param name="settings">What becomes of their leaves.</param>
    public ColumnTrees(int place, CellScale[] scales, CellTree[] trees, TreeSettings settings)
    {
        (_scale, _scales, _trees, _settings) = (scales[place], scales, trees, settings);
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
        double sum = 0, all = _scale.Share(cell);
        for (int tree = 0; tree < _trees.Length; tree++)
        {
            int leaf = _trees[tree].Leaf(row, _scales);
            LeafDensity own = Own(tree, leaf), wider = Wider(tree, leaf);
            sum += (own.Rows * own.Probability(cell) + _settings.Wider * wider.Probability(cell) + _settings.Background * all) / (own.Rows + _settings.Wider + _settings.Background);
        }
        return Math.Log(sum / _trees.Length);
    }

    /// <summary>Draws a cell of a leaf or the part around it, or, without trees, of all rows.</summary>
    public int Draw(ReadOnlySpan<int> row, RandomStream random)
    {
        if (_trees.Length > 0)
        {
            int tree = random.NextInt(_trees.Length), leaf = _trees[tree].Leaf(row, _scales);
            var own = Own(tree, leaf);
            return random.NextUniform() * (own.Rows + _settings.Wider) < own.Rows ? own.Draw(random) : Wider(tree, leaf).Draw(random);
        }
        int at = Array.BinarySearch(_ends, random.NextUniform() * _ends[^1]);
        return Math.Min(at < 0 ? ~at : at, _ends.Length - 1);
    }

    /// <summary>Draws a cell by its probability times what it is worth; adds ln of the sum of these.</summary>
    public int Draw(ReadOnlySpan<int> row, ReadOnlySpan<float> worth, RandomStream random, ref double logWeight)
    {
        var shares = new double[_scale.Count];
        double background = _trees.Length == 0 ? 1 : 0;
        for (int tree = 0; tree < _trees.Length; tree++)
        {
            int leaf = _trees[tree].Leaf(row, _scales);
            var own = Own(tree, leaf);
            double unit = 1 / (own.Rows + _settings.Wider + _settings.Background) / _trees.Length;
            own.AddTo(shares, own.Rows * unit);
            Wider(tree, leaf).AddTo(shares, _settings.Wider * unit);
            background += _settings.Background * unit;
        }
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

    private LeafDensity Own(int tree, int leaf)
    {
        var own = _trees[tree];
        var range = own.Starts[leaf]..own.Starts[leaf + 1];
        return new LeafDensity(own.Cells.AsSpan(range), own.Counts.AsSpan(range), _scale, _settings.KernelWidth);
    }

    private LeafDensity Wider(int tree, int leaf)
    {
        var (cells, counts) = _wider[tree].Of(leaf);
        return new LeafDensity(cells, counts, _scale, _settings.KernelWidth);
    }
}
