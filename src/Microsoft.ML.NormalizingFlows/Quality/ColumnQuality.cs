namespace Microsoft.ML.NormalizingFlows;

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
public sealed record ColumnQuality(string Name, bool IsCategory, double Shape, double MissingReal, double MissingSynthetic);
