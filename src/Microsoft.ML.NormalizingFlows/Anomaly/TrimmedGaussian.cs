using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// A Gaussian of the bulk of the rows: fitted to all, then again and again to those that it finds most likely, until it settles or a few
/// times (concentration steps, Rousseeuw and Van Driessen 1999, A Fast Algorithm for the Minimum Covariance Determinant Estimator). Its
/// covariance is enlarged by that of unit noise, in standard deviations of the rows, so that no single feature decides and wide tables do
/// as well. Even anomalies that stand together, which a flexible density would learn, are far from the bulk.
/// </summary>
internal sealed class TrimmedGaussian
{
    private const int MostSteps = 5;
    private const double Ridge = 1;

    private readonly RunningMoments _moments;
    private readonly ShrunkGaussian _gaussian;
    private readonly double _least;
    private readonly float[] _standardized;

    /// <param name="rows">Rows in the user's units, a sample of them where they are many.</param>
    /// <param name="trimmedShare">The share to leave out, above 0, below 1/2.</param>
    public TrimmedGaussian(RowTable rows, double trimmedShare)
    {
        _standardized = new float[rows.Dimensions];
        _moments = new RunningMoments(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            _moments.Add(rows[i]);
        var standardized = new RowTable(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            standardized.Add(Standardize(rows[i]));

        int kept = Math.Max(1, (int)Math.Ceiling((1 - trimmedShare) * rows.Count));
        int[] chosen = [.. Enumerable.Range(0, rows.Count)];
        for (int step = 0; ; step++)
        {
            _gaussian = ShrunkGaussian.Fit(standardized, chosen, Ridge);
            var densities = new double[rows.Count];
            for (int i = 0; i < rows.Count; i++)
                densities[i] = _gaussian.LogDensity(standardized[i]);
            int[] next = [.. Enumerable.Range(0, rows.Count).OrderByDescending(i => densities[i]).Take(kept).Order()];
            _least = densities.OrderDescending().ElementAt(kept - 1);
            if (step == MostSteps || next.SequenceEqual(chosen))
                return;
            chosen = next;
        }
    }

    /// <summary>Whether a row belongs to the bulk.</summary>
    public bool Keeps(ReadOnlySpan<float> row) => _gaussian.LogDensity(Standardize(row)) >= _least;

    private ReadOnlySpan<float> Standardize(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            double deviation = _moments.StandardDeviation(i);
            _standardized[i] = deviation > 0 ? (float)((row[i] - _moments.Mean(i)) / deviation) : 0;
        }
        return _standardized;
    }
}
