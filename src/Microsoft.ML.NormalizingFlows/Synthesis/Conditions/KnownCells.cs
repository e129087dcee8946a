namespace Microsoft.ML.NormalizingFlows.Synthesis.Conditions;

/// <summary>What is known of the columns of a row, by their place in the table.</summary>
internal sealed class KnownCells(int columns)
{
    /// <summary>The values, NaN where one is missing; read where <see cref="IsKnown"/>.</summary>
    public double[] Values { get; } = new double[columns];

    /// <summary>Whether a value is known.</summary>
    public bool[] IsKnown { get; } = new bool[columns];

    /// <summary>The range that an unknown value lies in, both ends included; null for any.</summary>
    public (double Low, double High)?[] Within { get; } = new (double, double)?[columns];
}
