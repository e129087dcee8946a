using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>
/// Gradient-boosted trees on histograms (Friedman 2001; Ke et al. 2017, LightGBM), of the size that libraries have by default: a hundred trees of 31 leaves,
/// for the logistic loss, or squares where labels are numbers.
/// </summary>
internal sealed class BoostedTrees(CancellationToken cancellation) : IRowModel
{
    private const int Trees = 100;
    private const double LearningRate = 0.1;

    public bool CutsFeatures => true;

    public double[] FitAndScore(RowTable features, float[] labels, bool isNumber, RowTable others)
    {
        var bins = FeatureBins.Of(features);
        byte[][] training = bins.Place(features), judged = bins.Place(others);
        double mean = labels.Average(label => (double)label), start = isNumber ? mean : Math.Log((mean + 1e-9) / (1 - mean + 1e-9));
        double[] scores = Enumerable.Repeat(start, features.Count).ToArray(), other = Enumerable.Repeat(start, others.Count).ToArray();
        double[] slopes = new double[scores.Length], curvatures = new double[scores.Length];
        for (int tree = 0; tree < Trees; tree++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int row = 0; row < scores.Length; row++)
            {
                double expected = isNumber ? scores[row] : 1 / (1 + Math.Exp(-scores[row]));
                (slopes[row], curvatures[row]) = (expected - labels[row], isNumber ? 1 : expected * (1 - expected));
            }
            var grown = new BoostedTree(training, slopes, curvatures);
            grown.AddTo(scores, training, LearningRate);
            grown.AddTo(other, judged, LearningRate);
        }
        return other;
    }
}

/// <summary>Up to 255 bins of each feature, with about as many of the training rows each.</summary>
/// <param name="Edges">Of each feature the greatest value of each bin but the last.</param>
internal sealed record FeatureBins(float[][] Edges)
{
    private const int Maximum = 255;

    public static FeatureBins Of(RowTable rows) => new([.. Enumerable.Range(0, rows.Dimensions).Select(feature =>
    {
        float[] values = [.. Enumerable.Range(0, rows.Count).Select(row => rows[row][feature]).Order()];
        float[] distinct = [.. values.Distinct()];
        return distinct.Length <= Maximum
            ? distinct[..^1]
            : [.. Enumerable.Range(1, Maximum - 1).Select(bin => values[(int)((long)bin * values.Length / Maximum)]).Distinct()];
    })]);

    /// <summary>(features, rows): the bin of each value.</summary>
    public byte[][] Place(RowTable rows)
    {
        var bins = new byte[Edges.Length][];
        Parallel.For(0, bins.Length, feature =>
        {
            bins[feature] = new byte[rows.Count];
            for (int row = 0; row < rows.Count; row++)
            {
                int at = Array.BinarySearch(Edges[feature], rows[row][feature]);
                bins[feature][row] = (byte)(at < 0 ? ~at : at);
            }
        });
        return bins;
    }
}

/// <summary>One tree, grown by the leaf that gains most.</summary>
internal sealed class BoostedTree
{
    private const int Leaves = 31, MinimumRows = 20, Bins = 256;
    private const double MinimumCurvature = 1e-3;

    private readonly List<Node> _nodes = [];

    /// <param name="bins">(features, rows).</param>
    /// <param name="slopes">Of the loss by the score, of each row.</param>
    /// <param name="curvatures">Its second derivative.</param>
    public BoostedTree(byte[][] bins, double[] slopes, double[] curvatures)
    {
        int[] all = [.. Enumerable.Range(0, slopes.Length)];
        _nodes.Add(new Node(all, Sums(all, bins, slopes, curvatures)));
        for (int leaves = 1; leaves < Leaves; leaves++)
        {
            var best = _nodes.Where(node => node.Left < 0).MaxBy(node => node.Best.Gain)!;
            if (!(best.Best.Gain > 0))
                break;
            byte[] feature = bins[best.Best.Feature];
            int[] left = Array.FindAll(best.Rows, row => feature[row] <= best.Best.Bin), right = Array.FindAll(best.Rows, row => feature[row] > best.Best.Bin);
            // The sums of the larger side are what the smaller one leaves.
            bool isLeftSmall = left.Length <= right.Length;
            double[][] small = Sums(isLeftSmall ? left : right, bins, slopes, curvatures), large = best.Sums!;
            for (int i = 0; i < large.Length; i++)
            {
                for (int j = 0; j < large[i].Length; j++)
                    large[i][j] -= small[i][j];
            }
            best.Left = _nodes.Count;
            _nodes.Add(new Node(left, isLeftSmall ? small : large));
            _nodes.Add(new Node(right, isLeftSmall ? large : small));
            best.Sums = null;
        }
        foreach (var node in _nodes)
            node.Sums = null;
    }

    /// <summary>Adds a share of what its leaves say to the score of each row.</summary>
    public void AddTo(double[] scores, byte[][] bins, double share) => Parallel.For(0, scores.Length, row =>
    {
        var node = _nodes[0];
        while (node.Left >= 0)
            node = _nodes[node.Left + (bins[node.Best.Feature][row] <= node.Best.Bin ? 0 : 1)];
        scores[row] += share * node.Value;
    });

    // Of each feature, for each bin: the slopes, the curvatures and the number of its rows.
    private static double[][] Sums(int[] rows, byte[][] bins, double[] slopes, double[] curvatures)
    {
        var sums = new double[bins.Length][];
        Parallel.For(0, bins.Length, feature =>
        {
            var own = sums[feature] = new double[3 * Bins];
            byte[] places = bins[feature];
            foreach (int row in rows)
            {
                int at = 3 * places[row];
                own[at] += slopes[row];
                own[at + 1] += curvatures[row];
                own[at + 2]++;
            }
        });
        return sums;
    }

    private sealed class Node
    {
        public Node(int[] rows, double[][] sums)
        {
            (Rows, Sums) = (rows, sums);
            double slope = 0, curvature = 0;
            for (int at = 0; at < 3 * Bins; at += 3)
                (slope, curvature) = (slope + sums[0][at], curvature + sums[0][at + 1]);
            Value = curvature > 0 ? -slope / curvature : 0;
            Best = (0, 0, 0);
            for (int feature = 0; feature < sums.Length; feature++)
                Search(feature, sums[feature], slope, curvature);
        }

        public int[] Rows { get; }

        public double[][]? Sums { get; set; }

        public double Value { get; }

        /// <summary>The number of the left node, before that of the right one; below 0 for a leaf.</summary>
        public int Left { get; set; } = -1;

        public (double Gain, int Feature, int Bin) Best { get; private set; }

        private void Search(int feature, double[] sums, double slope, double curvature)
        {
            double left = 0, leftCurvature = 0, rows = 0;
            for (int bin = 0; bin < Bins - 1; bin++)
            {
                left += sums[3 * bin];
                leftCurvature += sums[3 * bin + 1];
                rows += sums[3 * bin + 2];
                if (Rows.Length - rows < MinimumRows)
                    return;
                double right = slope - left, rightCurvature = curvature - leftCurvature;
                if (rows < MinimumRows || leftCurvature < MinimumCurvature || rightCurvature < MinimumCurvature)
                    continue;
                double gain = left * left / leftCurvature + right * right / rightCurvature - slope * slope / curvature;
                if (gain > Best.Gain)
                    Best = (gain, feature, bin);
            }
        }
    }
}
