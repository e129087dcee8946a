namespace Microsoft.ML.NormalizingFlows;

/// <summary>One measure of a <see cref="QualityReport"/>.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Value">The measure.</param>
/// <param name="Goal">What perfect synthetic rows reach.</param>
/// <param name="Low">The least that there can be; a range without an end has an infinity.</param>
/// <param name="High">The most that there can be.</param>
/// <param name="AcceptedLow">From here on it passes.</param>
/// <param name="AcceptedHigh">Up to here it passes.</param>
/// <param name="Meaning">What it tells, in a sentence.</param>
/// <example>
/// <code>
/// foreach (QualityMeasure measure in report.Measures)
///     Console.WriteLine($"{measure.Name}: {measure.Value:F3} (goal {measure.Goal}) {(measure.Passes ? "passes" : "FAILS")}");
/// </code>
/// </example>
public sealed record QualityMeasure(
    string Name, double Value, double Goal, double Low, double High, double AcceptedLow, double AcceptedHigh, string Meaning)
{
    /// <summary>Whether the value is acceptable. The bounds are a convention, meant to be looked at and not to be optimised.</summary>
    public bool Passes => Value >= AcceptedLow && Value <= AcceptedHigh;
}
