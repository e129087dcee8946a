namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Values of a cell that are equally likely: one alone, or a range of them.</summary>
/// <param name="Low">The value; of a range of rounded numbers, what they are above; of unrounded ones, the least.</param>
/// <param name="High">The value; of a range the greatest.</param>
/// <param name="Share">Of the rows of its cell.</param>
internal readonly record struct Piece(double Low, double High, double Share)
{
    /// <summary>Whether it is one value; NaN is the missing one.</summary>
    public bool IsValue => Low.Equals(High);
}
