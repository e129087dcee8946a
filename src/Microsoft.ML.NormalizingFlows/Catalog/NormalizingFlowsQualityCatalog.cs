using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Persistence.Friend;
using Microsoft.ML.NormalizingFlows.Quality;

namespace Microsoft.ML;

/// <summary>The report on synthetic rows in the catalog of data.</summary>
public static class NormalizingFlowsQualityCatalog
{
    /// <summary>
    /// Compares synthetic rows with real ones: columns, pairs, a classifier two-sample test, the use for a target, and what they give away. Columns of
    /// numbers, dates, Boolean, text and keys are compared, those that the real table has.
    /// </summary>
    /// <param name="catalog">The catalog of data.</param>
    /// <param name="real">The rows that the generator was trained on.</param>
    /// <param name="synthetic">Its rows, with the same columns.</param>
    /// <param name="options">What to compare, and with what; null compares with the defaults.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">A column is missing or cannot be compared, a table has too few rows, or the target is constant; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The report was cancelled.</exception>
    /// <example>
    /// <code>
    /// QualityReport report = ml.Data.QualityReport(train, synthetic, new() { Test = test, TargetColumnName = "income" });
    /// report.Save("report.html");
    /// </code>
    /// </example>
    public static QualityReport QualityReport(
        this DataOperationsCatalog catalog, IDataView real, IDataView synthetic, QualityReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(synthetic);
        options ??= new QualityReportOptions();
        return new QualityComparison(catalog, options, Environments.Seed(Environments.Of(catalog), options.Seed)).Compare(real, synthetic);
    }
}
