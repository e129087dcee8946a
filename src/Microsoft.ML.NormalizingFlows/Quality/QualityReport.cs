namespace Microsoft.ML.NormalizingFlows;

/// <summary>
/// How good synthetic rows are: whether they look like the real ones, are as useful, and give none of them away. Made by
/// <see cref="NormalizingFlowsQualityCatalog.QualityReport"/>.
/// </summary>
/// <example>
/// <code>
/// QualityReport report = ml.Data.QualityReport(train, synthetic, new() { Test = test, TargetColumnName = "income" });
/// Console.WriteLine(report.Passes);
/// report.SaveHtml("report.html");      // with Microsoft.ML.NormalizingFlows.Plots
/// </code>
/// </example>
public sealed record QualityReport
{
    /// <summary>All measures, with goal and range.</summary>
    public required IReadOnlyList<QualityMeasure> Measures { get; init; }

    /// <summary>The columns that were compared.</summary>
    public required IReadOnlyList<ColumnQuality> Columns { get; init; }

    /// <summary>The distribution of each of them, in the same order.</summary>
    public required IReadOnlyList<ColumnDistribution> Distributions { get; init; }

    /// <summary>Each two of them.</summary>
    public required IReadOnlyList<PairQuality> Pairs { get; init; }

    /// <summary>Text columns that were left out, since nearly every row has a value of its own.</summary>
    public required IReadOnlyList<string> ColumnsLeftOut { get; init; }

    /// <summary>Real rows that were compared.</summary>
    public required int RealRows { get; init; }

    /// <summary>Synthetic rows that were compared.</summary>
    public required int SyntheticRows { get; init; }

    /// <summary>Real rows that the generator had not seen; 0 where none were given.</summary>
    public required int TestRows { get; init; }

    /// <summary>Whether every measure passes.</summary>
    public bool Passes => Measures.All(measure => measure.Passes);

    /// <summary>The measure of that name, such as <c>Shape</c>, <c>Trend</c>, <c>TwoSample</c>, <c>NearerThanReal</c>, and, where there are test rows,
    /// <c>NearerThanTest</c>, <c>Membership</c>, and, with a target, <c>Utility</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The measure.</returns>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those that there are.</exception>
    public QualityMeasure Measure(string name) => Measures.FirstOrDefault(measure => measure.Name == name)
        ?? throw new ArgumentException($"The report has no measure '{name}': it has {string.Join(", ", Measures.Select(measure => measure.Name))}.", nameof(name));
}
