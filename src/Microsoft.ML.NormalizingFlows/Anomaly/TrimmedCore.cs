using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// The core of the rows, trimmed of what lies far out: those that have a good part of the others near. How far out a row is, is the root mean square of its distances to
/// the nearest three tenths of the trimmed core (distance to a measure, Chazal, Cohen-Steiner and Mérigot 2011, Geometric Inference for Probability
/// Measures), in standard deviations of each feature. A small group of anomalies is far out though its rows are near to one another, and
/// a group that is a good part of the rows is not, wherever it stands. Where rows lie in many groups, each less than three tenths of all, so many neighbours of any row
/// are of other groups, and what stands apart from these would be far out: there, fewer neighbours count.
/// </summary>
/// <remarks>
/// Where no share is given, rows beyond Tukey's fence are left out, one and a half times the middle half of the distances beyond it, and the
/// fence is drawn again by what is left until it settles, since many anomalies hide one another. Never more than a fifth of the rows is left
/// out. Of one or two features, distances of good rows have long tails, and such a fence comes ever nearer: from what it leaves, a wider one is drawn until it settles.
/// It leaves out fewer than one in a hundred Normal rows, and none of a uniform feature: a row at an edge has its neighbours on one side only, twice as far off as one in the midst, and
/// farther while those next to it are left out.
/// </remarks>
internal sealed class TrimmedCore
{
    private const double MostNeighbours = 0.3, FewestNeighbours = 0.0375;

    /// <summary>
    /// How much farther off twice as many neighbours are, where these are of other groups: on a line they are twice as far, in more features less.
    /// </summary>
    private const double Gap = 2.25;

    /// <summary>Distances to fewer neighbours differ by chance alone.</summary>
    private const int FewestRows = 5;

    private const double Fence = 1.5;

    /// <summary>Of one and of two features, in place of <see cref="Fence"/>; and the wider fence is no nearer than so many times the median.</summary>
    private static readonly double[] s_widerFences = [10, 4];

    private const double Edge = 4;
    private const double MaximumShare = 0.2;
    private const int MaximumSteps = 5, MaximumWiderSteps = 50;

    /// <summary>Deviations by which more of some rows may be anomalies than of all.</summary>
    private const double ByChance = 2;

    private readonly RunningMoments _moments;
    private readonly RowTable _core;
    private readonly double _neighbours;
    private readonly double _farthest;
    private readonly float[] _standardized;
    private readonly float[] _distances;

    /// <param name="rows">Rows in the user's units, a sample of them where they are many: the square of their number is computed.</param>
    /// <param name="contamination">The share of anomalies, above 0, below 1/2, of which <see cref="MostAnomalies"/> are left out; null leaves out what is beyond the fence.</param>
    public TrimmedCore(RowTable rows, double? contamination)
    {
        _moments = new RunningMoments(rows.Dimensions);
        _standardized = new float[rows.Dimensions];
        for (int i = 0; i < rows.Count; i++)
            _moments.Add(rows[i]);
        var standardized = new RowTable(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            standardized.Add(Standardize(rows[i]));

        var all = Enumerable.Range(0, rows.Count).ToArray();
        var neighbours = new NeighbourTable(standardized);
        _neighbours = WithinGroups(neighbours, rows.Count);
        int features = Enumerable.Range(0, rows.Dimensions).Count(i => _moments.StandardDeviation(i) > 0);
        int most = contamination is { } share ? MostAnomalies(share, rows.Count) : (int)(MaximumShare * rows.Count);
        bool isWider = false;
        bool[] kept = new bool[rows.Count], next;
        Array.Fill(kept, true);
        for (int step = 0; ; step++)
        {
            double[] distances = neighbours.Distances(kept, Nearest(_neighbours, kept.Count(keeps => keeps)));
            _farthest = distances.Order().ElementAt(Math.Max(1, rows.Count - most) - 1);
            if (contamination is null)
                _farthest = Math.Max(_farthest, OuterFence(distances, kept, isWider ? s_widerFences[features - 1] : Fence, isWider ? Edge : 1));
            next = [.. distances.Select(distance => distance <= _farthest)];
            if (contamination is not null)
                break;
            if (step == (isWider ? MaximumWiderSteps : MaximumSteps) || next.AsSpan().SequenceEqual(kept))
            {
                if (isWider || features == 0 || features > s_widerFences.Length)
                    break;
                (isWider, step) = (true, -1);
            }
            kept = next;
        }
        _core = new RowTable(rows.Dimensions);
        Rows = new RowTable(rows.Dimensions);
        foreach (int i in all.Where(i => kept[i]))
            _core.Add(standardized[i]);
        foreach (int i in all.Where(i => next[i]))
            Rows.Add(rows[i]);
        _distances = new float[_core.Count];
    }

    /// <summary>The rows of the sample that belong to it, in the user's units.</summary>
    public RowTable Rows { get; }

    /// <summary>How many of some rows may be anomalies where such a share of all is: two deviations more than on average, as few that are left among them hide the others of their kind; never more than half.</summary>
    public static int MostAnomalies(double share, int rows) => (int)Math.Min(rows / 2, Math.Ceiling(share * rows + ByChance * Math.Sqrt(rows * share * (1 - share))));

    /// <summary>Whether a row belongs to the trimmed core.</summary>
    public bool Keeps(ReadOnlySpan<float> row)
    {
        var standardized = Standardize(row);
        for (int i = 0; i < _distances.Length; i++)
            _distances[i] = TensorPrimitives.Distance(standardized, _core[i]);
        Array.Sort(_distances);
        var nearest = _distances.AsSpan(0, Nearest(_neighbours, _distances.Length));
        return TensorPrimitives.Norm<float>(nearest) / Math.Sqrt(nearest.Length) <= _farthest * (1 + 1e-5);
    }

    private static int Nearest(double share, int rows) => Math.Max(1, (int)Math.Ceiling(share * rows));

    // Halved until twice as many neighbours are in no other group, at the median row.
    private static double WithinGroups(NeighbourTable neighbours, int rows)
    {
        double within = MostNeighbours;
        for (double share = MostNeighbours; share >= FewestNeighbours; share /= 2)
        {
            int near = Nearest(share / 2, rows);
            if (near >= FewestRows && neighbours.MedianRatio(near) > Gap)
                within = share / 2;
        }
        return within;
    }

    // Nothing is beyond where the middle half of what is kept is one value.
    private static double OuterFence(double[] distances, bool[] kept, double times, double edge)
    {
        double[] ordered = [.. distances.Where((_, i) => kept[i]).Order()];
        double lower = ordered[ordered.Length / 4], upper = ordered[3 * ordered.Length / 4];
        return upper > lower ? Math.Max(upper + times * (upper - lower), edge * ordered[ordered.Length / 2]) : double.PositiveInfinity;
    }

    private ReadOnlySpan<float> Standardize(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            double deviation = _moments.StandardDeviation(i);
            _standardized[i] = deviation > 0 ? (float)((row[i] - _moments.Mean(i)) / deviation) : 0;
        }
        return _standardized;
    }

    /// <summary>The distances between all rows of a table, and the order of nearness from each.</summary>
    private sealed class NeighbourTable
    {
        private readonly float[][] _distances;
        private readonly int[][] _order;

        public NeighbourTable(RowTable rows)
        {
            _distances = [.. Enumerable.Range(0, rows.Count).Select(_ => new float[rows.Count])];
            _order = [.. Enumerable.Range(0, rows.Count).Select(_ => Enumerable.Range(0, rows.Count).ToArray())];
            for (int i = 0; i < rows.Count; i++)
            {
                for (int j = 0; j < i; j++)
                    _distances[i][j] = _distances[j][i] = TensorPrimitives.Distance(rows[i], rows[j]);
            }
            for (int i = 0; i < rows.Count; i++)
                Array.Sort(_distances[i], _order[i]);
        }

        /// <summary>How many times as far off as one neighbour another is that has twice the place, at the median row. Neighbours that are the same as the row tell nothing.</summary>
        public double MedianRatio(int near)
        {
            // The first place is that of a row itself.
            double[] ratios = [.. _distances.Select(row => row[near] > 0 ? row[2 * near] / row[near] : 1.0).Order()];
            return ratios[ratios.Length / 2];
        }

        /// <summary>How far out each row is: the root mean square of its distances to the nearest rows that are kept.</summary>
        public double[] Distances(bool[] kept, int nearest) => [.. Enumerable.Range(0, kept.Length).Select(i => Distance(i, kept, nearest))];

        private double Distance(int row, bool[] kept, int nearest)
        {
            double sum = 0;
            int found = 0;
            for (int i = 0; found < nearest; i++)
            {
                if (!kept[_order[row][i]])
                    continue;
                sum += (double)_distances[row][i] * _distances[row][i];
                found++;
            }
            return Math.Sqrt(sum / nearest);
        }
    }
}
