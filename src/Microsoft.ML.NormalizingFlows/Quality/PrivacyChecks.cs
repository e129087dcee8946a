using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>Whether synthetic rows give away the real ones that they were made from; all shares are 0.5 where they do not.</summary>
internal sealed class PrivacyChecks(QualityTable table, RandomStream random, CancellationToken cancellation)
{
    private const int Asked = 2_000, Searched = 20_000;
    private readonly NearestRows _space = new(table);

    /// <summary>How often a synthetic row is nearer to its nearest real row than a real row is to its nearest other one, ties counted half.</summary>
    public double NearerThanReal()
    {
        var real = _space.Place(column => column.Real, random.Choose(table.RealRows, Searched));
        double[] among = Take(real, Asked).Nearest(real, same: true, cancellation);
        double[] synthetic = _space.Place(column => column.Synthetic, random.Choose(table.SyntheticRows, Asked)).Nearest(real, same: false, cancellation);
        return RankStatistics.AreaUnderCurve([.. among, .. synthetic], [.. among.Select(_ => true), .. synthetic.Select(_ => false)]);
    }

    /// <summary>The share of synthetic rows that are nearer to the real rows than to as many that the generator has not seen, ties counted half.</summary>
    public double NearerThanTest()
    {
        int size = Math.Min(Searched, Math.Min(table.RealRows, table.TestRows));
        var synthetic = _space.Place(column => column.Synthetic, random.Choose(table.SyntheticRows, Asked));
        double[] real = synthetic.Nearest(_space.Place(column => column.Real, random.Choose(table.RealRows, size)), same: false, cancellation);
        double[] test = synthetic.Nearest(_space.Place(column => column.Test, random.Choose(table.TestRows, size)), same: false, cancellation);
        return real.Zip(test).Average(pair => pair.First < pair.Second ? 1 : pair.First == pair.Second ? 0.5 : 0);
    }

    /// <summary>
    /// Membership inference by the distance to the nearest synthetic row (Chen et al. 2020, full black box): the area under the ROC curve of telling the real rows
    /// from those that the generator has not seen.
    /// </summary>
    public double MembershipInference()
    {
        int size = Math.Min(Asked, Math.Min(table.RealRows, table.TestRows));
        var synthetic = _space.Place(column => column.Synthetic, random.Choose(table.SyntheticRows, Searched));
        double[] real = _space.Place(column => column.Real, random.Choose(table.RealRows, size)).Nearest(synthetic, same: false, cancellation);
        double[] test = _space.Place(column => column.Test, random.Choose(table.TestRows, size)).Nearest(synthetic, same: false, cancellation);
        return RankStatistics.AreaUnderCurve(
            [.. real.Concat(test).Select(distance => -distance)], [.. real.Select(_ => true), .. test.Select(_ => false)]);
    }

    private static NearestRows.Points Take(NearestRows.Points points, int most) => points with { Count = Math.Min(points.Count, most) };
}
