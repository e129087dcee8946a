using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Micro;

/// <summary>Standard normal numbers for kernels to work on.</summary>
internal static class Normals
{
    public static AlignedArray Aligned(int length, ulong seed)
    {
        var values = new AlignedArray(length);
        new RandomStream(seed).FillNormal(values.Span);
        return values;
    }
}
