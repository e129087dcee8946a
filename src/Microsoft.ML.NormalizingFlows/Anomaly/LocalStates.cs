using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// Many small states beside the few of a flow: training rows, up to <see cref="MaximumPrototypes"/> of them, by which it is seen how far a row is
/// from where others are. The density by the k nearest (Loftsgaarden and Quesenberry 1965, A Nonparametric Estimate of a Multivariate Density
/// Function) sees the gap between groups that lie apart by little, which a flow bridges.
/// </summary>
/// <remarks>
/// How many are the nearest says what a group is. Where all training rows are good, a single one is reason enough for a row to be usual. Where
/// some are anomalies, these may be near to one another, and only more rows than there are anomalies count as a group.
/// </remarks>
internal sealed class LocalStates
{
    public const int MaximumPrototypes = 2_000;

    /// <summary>Neighbours that a row's distance is held against.</summary>
    private const int FewNeighbours = 5;

    /// <summary>Where nothing is said: of the rows that are left, a twentieth may be anomalies that are near to one another.</summary>
    public const double UnknownShare = 0.05;

    /// <summary>In standard deviations: no distance counts as less, so that rows that are the same do not count as infinitely near.</summary>
    public const float Nearest = 1e-3f;

    /// <summary>No value counts as farther out, in standard deviations; squares of it can be added up.</summary>
    public const float Farthest = 1e15f;

    private readonly float[] _byFeature;        // (D, n), standardized

    /// <param name="shift">What is subtracted of each feature.</param>
    /// <param name="scale">What each feature is divided by; 0 where it has one value, the shift.</param>
    /// <param name="byFeature">(D, n), the first feature of all prototypes, the second of all, and so on, standardized.</param>
    /// <param name="radii">n logarithms of the distance of a prototype to the <see cref="FewNeighbours"/>-th nearest other.</param>
    /// <param name="neighbours">k.</param>
    /// <param name="hasRatio">Whether there is a second view, <see cref="Views"/>.</param>
    public LocalStates(float[] shift, float[] scale, float[] byFeature, float[] radii, int neighbours, bool hasRatio)
    {
        (Shift, Scale, _byFeature, Radii, Neighbours, HasRatio) = (shift, scale, byFeature, radii, neighbours, hasRatio);
        Few = Math.Min(FewNeighbours, Count - 1);
    }

    public float[] Shift { get; }

    public float[] Scale { get; }

    public ReadOnlySpan<float> ByFeature => _byFeature;

    public float[] Radii { get; }

    public int Neighbours { get; }

    public bool HasRatio { get; }

    public int Count => Radii.Length;

    public int Dimensions => Shift.Length;

    /// <summary>
    /// 1, the logarithm of the distance to the k-th nearest prototype, or 2: and that of the distance to the fifth nearest, less the mean of the same for these
    /// five, which is low in a thin group and high beside a dense one (Breunig et al. 2000, LOF: Identifying Density-Based Local Outliers).
    /// </summary>
    public int Views => HasRatio ? 2 : 1;

    /// <summary>Neighbours that the second view looks at.</summary>
    public int Few { get; }

    /// <param name="rows">At least two training rows in the user's units.</param>
    /// <param name="contamination">
    /// The share of anomalies before those far out were left out, as a part of a small group may still be there; null where it is not known.
    /// </param>
    /// <param name="views">Gets what each row looks like to the others, (n, <see cref="Views"/>).</param>
    public static LocalStates Of(RowTable rows, double? contamination, out float[] views)
    {
        var moments = new RunningMoments(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            moments.Add(rows[i]);
        float[] shift = [.. Enumerable.Range(0, rows.Dimensions).Select(j => (float)moments.Mean(j))];
        float[] scale = [.. Enumerable.Range(0, rows.Dimensions).Select(j => (float)moments.StandardDeviation(j))];
        bool good = contamination == 0;
        int neighbours = good ? 1 : Math.Max(FewNeighbours, (int)Math.Ceiling((contamination ?? UnknownShare) * rows.Count));
        var states = new LocalStates(shift, scale, new float[rows.Dimensions * rows.Count], new float[rows.Count], Math.Min(neighbours, rows.Count - 1), hasRatio: good);
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < rows.Dimensions; j++)
                states._byFeature[j * rows.Count + i] = states.Standardize(rows[i][j], j);
        }
        views = states.LeaveOneOut();
        return states;
    }

    /// <param name="row">D values, finite.</param>
    /// <param name="standardized">Gets them as the prototypes are kept.</param>
    public void Standardize(ReadOnlySpan<float> row, Span<float> standardized)
    {
        for (int j = 0; j < standardized.Length; j++)
            standardized[j] = Standardize(row[j], j);
    }

    /// <summary>The prototypes, standardized, as a table.</summary>
    public RowTable Prototypes()
    {
        var rows = new RowTable(Dimensions);
        var row = new float[Dimensions];
        for (int i = 0; i < Count; i++)
        {
            CopyPrototype(i, row);
            rows.Add(row);
        }
        return rows;
    }

    private void CopyPrototype(int prototype, Span<float> row)
    {
        for (int j = 0; j < row.Length; j++)
            row[j] = _byFeature[j * Count + prototype];
    }

    /// <param name="standardized">D values.</param>
    /// <param name="views">Gets <see cref="Views"/> values.</param>
    /// <param name="workspace">2 n values.</param>
    public void Look(ReadOnlySpan<float> standardized, Span<float> views, Span<float> workspace)
    {
        var distances = workspace[..Count];
        SquaredDistancesOf(standardized, distances, workspace.Slice(Count, Count));
        ViewsOf(distances, views, workspace.Slice(Count, Count));
    }

    // All rows against all others, whose radii must be known before rows are held against them.
    private float[] LeaveOneOut()
    {
        var views = new float[Count * Views];
        var nearest = new int[Count * Few];
        float[] row = new float[Dimensions], distances = new float[Count], other = new float[Count];
        for (int i = 0; i < Count; i++)
        {
            CopyPrototype(i, row);
            SquaredDistancesOf(row, distances, other);
            distances[i] = float.PositiveInfinity;
            var indices = nearest.AsSpan(i * Few, Few);
            FindNearest(distances, indices);
            Radii[i] = Logarithm(distances[indices[^1]]);
            views[i * Views] = Logarithm(Smallest(distances, indices, other));
        }
        for (int i = 0; i < Count && HasRatio; i++)
            views[i * Views + 1] = Radii[i] - MeanRadius(nearest.AsSpan(i * Few, Few));
        return views;
    }

    private void ViewsOf(ReadOnlySpan<float> distances, Span<float> views, Span<float> workspace)
    {
        Span<int> nearest = stackalloc int[Few];
        FindNearest(distances, nearest);
        views[0] = Logarithm(Smallest(distances, nearest, workspace));
        if (HasRatio)
            views[1] = Logarithm(distances[nearest[^1]]) - MeanRadius(nearest);
    }

    private void SquaredDistancesOf(ReadOnlySpan<float> standardized, Span<float> distances, Span<float> difference)
    {
        distances.Clear();
        for (int j = 0; j < standardized.Length; j++)
        {
            TensorPrimitives.Subtract(_byFeature.AsSpan(j * Count, Count), standardized[j], difference);
            TensorPrimitives.MultiplyAdd(difference, difference, distances, distances);
        }
    }

    private float Smallest(ReadOnlySpan<float> distances, ReadOnlySpan<int> nearest, Span<float> workspace)
    {
        if (Neighbours <= nearest.Length)
            return distances[nearest[Neighbours - 1]];
        distances.CopyTo(workspace);
        return Selection.Smallest(workspace, Neighbours);
    }

    private float MeanRadius(ReadOnlySpan<int> prototypes)
    {
        float sum = 0;
        foreach (int prototype in prototypes)
            sum += Radii[prototype];
        return sum / prototypes.Length;
    }

    // The places of the least values, in ascending order of these.
    private static void FindNearest(ReadOnlySpan<float> distances, Span<int> places)
    {
        int found = 0;
        for (int i = 0; i < distances.Length; i++)
        {
            if (found == places.Length && distances[i] >= distances[places[^1]])
                continue;
            int at = found < places.Length ? found++ : found - 1;
            for (; at > 0 && distances[places[at - 1]] > distances[i]; at--)
                places[at] = places[at - 1];
            places[at] = i;
        }
    }

    private static float Logarithm(float squaredDistance) => MathF.Log(MathF.Sqrt(squaredDistance) + Nearest);

    // Another value of a feature that has one only is as far out as it would be had one row had it.
    private float Standardize(float value, int feature) => Scale[feature] == 0
        ? value == Shift[feature] ? 0 : MathF.CopySign(MathF.Sqrt(Count + 1), value - Shift[feature])
        : Math.Clamp((value - Shift[feature]) / Scale[feature], -Farthest, Farthest);
}
