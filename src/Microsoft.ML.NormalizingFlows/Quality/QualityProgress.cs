namespace Microsoft.ML.NormalizingFlows;

/// <summary>How far a <see cref="QualityReport"/> is.</summary>
/// <param name="Step">What begins, such as <c>two-sample test</c>.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <example>
/// <code>
/// options.Progress = new Progress&lt;QualityProgress&gt;(p => Console.WriteLine($"{p.Done} of {p.Steps}: {p.Step}"));
/// </code>
/// </example>
public sealed record QualityProgress(string Step, int Done, int Steps);
