namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>
/// Features that nearly follow from the ones before them by a linear regression, such as a sum of others: in a
/// <see cref="ShrunkGaussian.Whitening"/> of standardised rows, the row of such a feature is what the regression leaves of it.
/// </summary>
internal static class NearDependence
{
    /// <summary>The ridge of that Gaussian: what is left of a feature is resolved so far, in standard deviations of the feature.</summary>
    public const double Ridge = 1e-3;

    /// <summary>What is left at most of the variance of a feature that nearly follows from others: a tenth of the standard deviation.</summary>
    public const double MaximumRest = 0.01;

    /// <summary>Rows for each feature of a regression, at least: with fewer, it follows the rows and not what they come from.</summary>
    public const int RowsPerRegressor = 5;

    /// <summary>The part of its variance that a feature keeps beside those before it; infinite where rows are too few to tell.</summary>
    /// <param name="whitening">The row of the whitening, as many values as there are features up to this one.</param>
    /// <param name="rows">The number of rows that the Gaussian was fitted to.</param>
    public static double Rest(ReadOnlySpan<double> whitening, int rows)
    {
        int before = whitening.Length - 1;
        // A regression leaves less of the rows that it was fitted to, by as many as it has regressors.
        return before == 0 || rows < RowsPerRegressor * before
            ? double.PositiveInfinity
            : rows / ((rows - before) * whitening[^1] * whitening[^1]);
    }
}
