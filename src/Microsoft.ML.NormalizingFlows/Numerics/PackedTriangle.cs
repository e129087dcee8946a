namespace Microsoft.ML.NormalizingFlows.Numerics;

/// <summary>Lower triangular D x D matrices as one array: row by row, each up to its diagonal.</summary>
internal static class PackedTriangle
{
    /// <summary>Numbers of a matrix: D (D + 1) / 2.</summary>
    public static int Length(int dimensions) => checked(dimensions * (dimensions + 1) / 2);

    /// <summary>Where row <paramref name="row"/> starts; it has row + 1 numbers.</summary>
    public static int Row(int row) => row * (row + 1) / 2;

    /// <summary>Where the diagonal of row <paramref name="row"/> is.</summary>
    public static int Diagonal(int row) => Row(row) + row;

    /// <summary>So many identities, one after the other.</summary>
    public static float[] Identities(int count, int dimensions)
    {
        int length = Length(dimensions);
        var values = new float[checked(count * length)];
        for (int start = 0; start < values.Length; start += length)
            for (int row = 0; row < dimensions; row++)
                values[start + Diagonal(row)] = 1;
        return values;
    }
}
