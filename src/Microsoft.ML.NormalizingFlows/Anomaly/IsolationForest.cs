using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// How few cuts set a row apart: trees that cut some of the rows at a random value of a random feature, again and again, where a row that is odd in a few features
/// is soon alone (Liu, Ting and Zhou 2008, Isolation Forest). It knows no distance, so that neither the unit nor the tail of a feature counts, and
/// many anomalies of one kind, which are near to one another, are few among the rows of a tree.
/// </summary>
/// <remarks>Where all rows are good it sees less than the nearest of them, and is not asked.</remarks>
internal sealed class IsolationForest
{
    /// <summary>As in the paper, which finds that more of either change little.</summary>
    public const int Trees = 100;

    private const int RowsOfTree = 256;

    public const int MaximumNodes = 2 * RowsOfTree - 1;

    /// <summary>In place of a feature: the end of a path.</summary>
    public const int Leaf = -1;

    private readonly Node[][] _trees;

    public IsolationForest(Node[][] trees) => _trees = trees;

    /// <summary>The nodes of each tree, the root first.</summary>
    public IReadOnlyList<Node[]> Nodes => _trees;

    /// <param name="rows">At least two training rows.</param>
    /// <param name="random">What the trees are drawn by.</param>
    public static IsolationForest Of(RowTable rows, RandomStream random)
    {
        int[] places = [.. Enumerable.Range(0, rows.Count)];
        var trees = new Node[Trees][];
        foreach (ref var tree in trees.AsSpan())
        {
            int count = Math.Min(RowsOfTree, rows.Count);
            for (int i = 0; i < count; i++)
            {
                int other = i + random.NextInt(places.Length - i);
                (places[i], places[other]) = (places[other], places[i]);
            }
            tree = new Growth(rows, random, (int)Math.Ceiling(Math.Log2(count))).Grow(places.AsSpan(0, count));
        }
        return new IsolationForest(trees);
    }

    /// <summary>Minus the mean number of cuts that set a row apart: the greater, the odder.</summary>
    /// <param name="row">D values, finite.</param>
    public float Oddness(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (var tree in _trees)
        {
            var node = tree[0];
            while (node.Feature != Leaf)
                node = tree[row[node.Feature] <= node.Value ? node.Below : node.Below + 1];
            sum += node.Value;
        }
        return (float)(-sum / _trees.Length);
    }

    /// <summary>A cut, or the end of a path.</summary>
    /// <param name="Feature">Which feature is cut; <see cref="Leaf"/> at the end.</param>
    /// <param name="Value">Rows with no more go on at <paramref name="Below"/>, others at the node behind it. At the end, the cuts there were, and would be on average to set apart the rows that are left.</param>
    /// <param name="Below">A place behind this node.</param>
    public readonly record struct Node(int Feature, float Value, int Below);

    private sealed class Growth(RowTable rows, RandomStream random, int maximumDepth)
    {
        private readonly List<Node> _nodes = [default];
        private readonly List<int> _varying = [];

        public Node[] Grow(Span<int> places)
        {
            Split(places, node: 0, depth: 0);
            return [.. _nodes];
        }

        private void Split(Span<int> places, int node, int depth)
        {
            FindVarying(places);
            if (depth == maximumDepth || _varying.Count == 0)
            {
                _nodes[node] = new Node(Leaf, (float)(depth + MeanCuts(places.Length)), 0);
                return;
            }
            int feature = _varying[random.NextInt(_varying.Count)];
            var (lowest, highest) = Range(places, feature);
            float cut = (float)(lowest + random.NextUniform() * ((double)highest - lowest));
            if (cut >= highest)
                cut = lowest;       // Rounded: a cut below the highest leaves rows on either side.
            int below = 0;
            for (int i = 0; i < places.Length; i++)
            {
                if (rows[places[i]][feature] > cut)
                    continue;
                (places[below], places[i]) = (places[i], places[below]);
                below++;
            }
            int next = _nodes.Count;
            _nodes[node] = new Node(feature, cut, next);
            _nodes.Add(default);
            _nodes.Add(default);
            Split(places[..below], next, depth + 1);
            Split(places[below..], next + 1, depth + 1);
        }

        private void FindVarying(ReadOnlySpan<int> places)
        {
            _varying.Clear();
            var first = rows[places[0]];
            for (int feature = 0; feature < first.Length; feature++)
            {
                foreach (int place in places)
                {
                    if (rows[place][feature] == first[feature])
                        continue;
                    _varying.Add(feature);
                    break;
                }
            }
        }

        private (float Lowest, float Highest) Range(ReadOnlySpan<int> places, int feature)
        {
            float lowest = float.PositiveInfinity, highest = float.NegativeInfinity;
            foreach (int place in places)
                (lowest, highest) = (Math.Min(lowest, rows[place][feature]), Math.Max(highest, rows[place][feature]));
            return (lowest, highest);
        }

        /// <summary>Cuts that set one of n rows apart, on average: the depth of an unsuccessful search in a binary tree of n.</summary>
        private static double MeanCuts(int count)
        {
            double harmonic = 0;
            for (int i = 1; i < count; i++)
                harmonic += 1.0 / i;
            return count < 2 ? 0 : 2 * harmonic - 2 * (count - 1.0) / count;
        }
    }
}
