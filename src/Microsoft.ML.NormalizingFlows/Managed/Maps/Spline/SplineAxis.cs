namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>
/// The rows of <see cref="SplineRows"/> for one axis of a spline. With e_j the exponentials of the limited logits and S
/// their sum, the sizes of bins are <c>2B (c0 + c1 e_j / S)</c>, c0 = 1e-3 and c1 = 1 - c0 K.
/// </summary>
/// <param name="First">Its first row.</param>
/// <param name="Number">0 for x, 1 for y: the order of the logits among the parameters.</param>
internal readonly record struct SplineAxis(int First, int Number)
{
    /// <summary>S.</summary>
    public int Sum => First;

    /// <summary>1 / S.</summary>
    public int InverseSum => First + 1;

    /// <summary>The sum of e_j over the bins before that of the value.</summary>
    public int Before => First + 2;

    /// <summary>e_j of that bin.</summary>
    public int Own => First + 3;

    /// <summary>The gradient by the start of that bin.</summary>
    public int StartGradient => First + 4;

    /// <summary>The gradient by its size.</summary>
    public int SizeGradient => First + 5;
}
