namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Compares arrays of numbers that two programs computed.</summary>
internal static class Near
{
    /// <summary>Each number is within <paramref name="tolerance"/> of the expected one, relative where that is above 1.</summary>
    public static void Assert(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            if (!(difference <= tolerance * Math.Max(1, Math.Abs(expected[i]))))
                Xunit.Assert.Fail($"{what} {i} of {expected.Length} is {actual[i]:G9}, expected {expected[i]:G9}");
        }
    }
}
