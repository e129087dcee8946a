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

    /// <summary>The measure of that name, such as <c>Shape</c>, <c>Trend</c>, <c>Correlation</c> and <c>Spread</c> where there are numbers, <c>TwoSample</c>, <c>AlphaPrecision</c>,
    /// <c>BetaRecall</c>, <c>RulesBroken</c>, <c>Copies</c>, <c>NearerThanReal</c>, and, where there are test rows, <c>NearerThanTest</c>, <c>Membership</c>, and, with a
    /// target, <c>Utility</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The measure.</returns>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those that there are.</exception>
    public QualityMeasure Measure(string name) => Measures.FirstOrDefault(measure => measure.Name == name)
        ?? throw new ArgumentException($"The report has no measure '{name}': it has {string.Join(", ", Measures.Select(measure => measure.Name))}.", nameof(name));
}

/// <summary>How well the values of one column are met.</summary>
/// <param name="Name">The column.</param>
/// <param name="IsCategory">Whether it was compared as categories; a number of at most ten values is, too.</param>
/// <param name="Shape">1 minus the Kolmogorov-Smirnov distance of a number, 1 minus the total variation of categories; 0 to 1, 1 is best.</param>
/// <param name="MissingReal">Share of the real rows where it is missing.</param>
/// <param name="MissingSynthetic">Share of the synthetic rows where it is missing.</param>
/// <example>
/// <code>
/// var worst = report.Columns.MinBy(column => column.Shape);
/// </code>
/// </example>
public sealed record ColumnQuality(string Name, bool IsCategory, double Shape, double MissingReal, double MissingSynthetic)
{
    /// <summary>The standard deviation of the synthetic numbers by that of the real ones, 1 is best; NaN of categories and of real numbers that do not vary.</summary>
    public double DeviationRatio { get; init; } = double.NaN;

    /// <summary>The share of the synthetic numbers beyond the first and last hundredth of the real ones, by the share of these there, 1 is best; NaN of categories.</summary>
    public double TailRatio { get; init; } = double.NaN;
}

/// <summary>How well the dependence between two columns is met.</summary>
/// <param name="First">A column.</param>
/// <param name="Second">Another one.</param>
/// <param name="Trend">0 to 1, 1 is best: 1 - |r - r'| / 2 of the correlations of two numbers; else 1 minus the total variation of the pair, numbers in tenths.</param>
/// <example>
/// <code>
/// var worst = report.Pairs.MinBy(pair => pair.Trend);
/// </code>
/// </example>
public sealed record PairQuality(string First, string Second, double Trend)
{
    /// <summary>Pearson's correlation over the real rows, -1 to 1; NaN where one is no number.</summary>
    public double CorrelationReal { get; init; } = double.NaN;

    /// <summary>Likewise over the synthetic rows.</summary>
    public double CorrelationSynthetic { get; init; } = double.NaN;
}
