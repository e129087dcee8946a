namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>
/// The mask of a linear layer whose inputs and outputs are sorted by degree (Germain et al. 2015, MADE): output o sees the
/// inputs before <c>Ends[o]</c>, input i is seen by the outputs from <c>Starts[i]</c> on. Sorted, what is cut is a corner
/// of the matrix, and products pass it over.
/// </summary>
internal sealed class Staircase
{
    /// <param name="inputDegrees">Of each input, never falling.</param>
    /// <param name="outputDegrees">Of each output, never falling.</param>
    /// <param name="strict">Whether an output sees degrees below its own only, or its own too.</param>
    public Staircase(int[] inputDegrees, int[] outputDegrees, bool strict)
    {
        Ends = Array.ConvertAll(outputDegrees, degree => inputDegrees.Count(input => strict ? input < degree : input <= degree));
        Starts = new int[inputDegrees.Length];
        for (int input = 0; input < Starts.Length; input++)
            Starts[input] = Ends.Count(end => end <= input);
    }

    public int[] Ends { get; }

    public int[] Starts { get; }
}
