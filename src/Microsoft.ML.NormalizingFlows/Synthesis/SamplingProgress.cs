namespace Microsoft.ML.NormalizingFlows;

/// <summary>How far the drawing of rows is, told block by block while they are read; each pass counts anew.</summary>
/// <param name="Rows">Rows done.</param>
/// <param name="TotalRows">Rows to do; null where the table does not know.</param>
/// <param name="Elapsed">Time since the first row was asked for.</param>
/// <param name="Remaining">Estimate of the time left; null where there is no total.</param>
/// <example>
/// <code>
/// var progress = new Progress&lt;SamplingProgress&gt;(now => Console.Write($"\r{now.Rows:N0} of {now.TotalRows:N0} rows, {now.Remaining:mm\\:ss} left"));
/// IDataView rows = synthesizer.Sample(1_000_000, seed: 7, progress: progress);
/// </code>
/// </example>
public sealed record SamplingProgress(long Rows, long? TotalRows, TimeSpan Elapsed, TimeSpan? Remaining);
