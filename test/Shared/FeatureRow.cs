using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>A row of two features, and how such rows go from one process to another.</summary>
public sealed class FeatureRow
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public static IReadOnlyList<FeatureRow> From(float[][] rows) => [.. rows.Select(row => new FeatureRow { Features = row })];

    public static void Write(string path, float[][] rows) =>
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(rows.SelectMany(row => row).ToArray().AsSpan()).ToArray());

    public static IReadOnlyList<FeatureRow> Read(string path)
    {
        var values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
        return From([.. values.Chunk(2)]);
    }
}
