namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>A column in the form in which the report compares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Levels">The categories, of real and synthetic rows together; null for a number.</param>
/// <param name="Real">Values of the real rows: numbers, NaN where missing; of a category the index of its level.</param>
/// <param name="Synthetic">Values of the synthetic rows.</param>
/// <param name="Test">Values of the real rows held back; empty where there are none.</param>
internal sealed record ComparedColumn(string Name, IReadOnlyList<string>? Levels, double[] Real, double[] Synthetic, double[] Test)
{
    /// <summary>Whether the numbers are dates, in days.</summary>
    public bool IsDate { get; init; }

    public bool IsCategory => Levels is not null;
}
