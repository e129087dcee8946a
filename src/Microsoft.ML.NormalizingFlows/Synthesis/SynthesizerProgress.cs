namespace Microsoft.ML.NormalizingFlows;

/// <summary>How far a synthesizer is in learning a table, told tree by tree.</summary>
/// <param name="Done">The share of the work that is done, above 0, 1 at the end.</param>
/// <param name="Elapsed">Time since the first tree was begun.</param>
/// <param name="Remaining">Estimate of the time left.</param>
/// <example><code>var options = new SynthesizerOptions { Progress = new Progress&lt;SynthesizerProgress&gt;(now => Console.Write($"\r{now.Done:P0}, {now.Remaining:mm\\:ss} left")) };</code></example>
public sealed record SynthesizerProgress(double Done, TimeSpan Elapsed, TimeSpan Remaining);
