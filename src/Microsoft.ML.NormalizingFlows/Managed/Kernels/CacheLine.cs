using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>The unit in which a processor fetches memory.</summary>
internal static class CacheLine
{
    /// <summary>Numbers in a line of 64 bytes.</summary>
    public const int Floats = 16;

    /// <summary>
    /// Starts to fetch the line that holds <paramref name="value"/>. A hint and no access: it changes nothing, any address will do,
    /// and processors for which .NET has no such instruction pass over it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch(ref float value)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
    }
}
