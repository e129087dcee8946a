using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Runs a test that is generic in its lanes at one width; where the machine has no such registers, .NET computes in smaller ones.</summary>
internal static class Width
{
    public static TheoryData<int> All => [4, 8, 16];

    public static void Run(int lanes, Action four, Action eight, Action sixteen)
    {
        Skip.If(lanes > 4 && !Avx2.IsSupported, "The wider lanes transpose with AVX2, which this machine lacks.");
        (lanes switch { 4 => four, 8 => eight, _ => sixteen })();
    }
}
