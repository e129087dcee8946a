namespace Microsoft.ML.NormalizingFlows;

/// <summary>How well the dependence between two columns is met.</summary>
/// <param name="First">A column.</param>
/// <param name="Second">Another one.</param>
/// <param name="Trend">0 to 1, 1 is best: 1 - |r - r'| / 2 of the correlations of two numbers; else 1 minus the total variation of the pair, numbers in tenths.</param>
/// <example>
/// <code>
/// var worst = report.Pairs.MinBy(pair => pair.Trend);
/// </code>
/// </example>
public sealed record PairQuality(string First, string Second, double Trend);
