using Microsoft.ML.NormalizingFlows.Compiled.Lanes;

namespace Microsoft.ML.NormalizingFlows.Compiled.Maps;

/// <summary>
/// One axis of a spline, x or y, as seen from the bin of a value: with e_j the exponentials of the limited logits and
/// S their sum, the sizes of bins are <c>2B (c0 + c1 e_j / S)</c>, c0 = 1e-3 and c1 = 1 - c0 K.
/// </summary>
internal struct SplineAxis<T> where T : unmanaged, ILanes<T>
{
    /// <summary>1 / S.</summary>
    public T InverseSum;

    /// <summary>The sum of e_j over the bins before.</summary>
    public T Before;

    /// <summary>e_j of the bin itself.</summary>
    public T Own;

    /// <summary>Where the bin starts.</summary>
    public T Start;

    /// <summary>How long it is.</summary>
    public T Size;
}
