using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps.Spline;

/// <summary>
/// The room in which the spline of one feature is worked out for all columns of a panel: rows of numbers that one kernel
/// leaves and another reads. Each kernel is small on purpose: the compiler gives up inlining in a large one.
/// </summary>
internal static class SplineRows
{
    /// <summary>The bin of each value, 0 .. K - 1.</summary>
    public const int Index = 0;

    /// <summary>The raw slopes at the two ends of the bin; any number at an outer knot.</summary>
    public const int RawSlope0 = 1, RawSlope1 = 2;

    /// <summary>The slopes there, d0 and d1.</summary>
    public const int Slope0 = 3, Slope1 = 4;

    /// <summary>The gradients by d0 and d1.</summary>
    public const int SlopeGradient0 = 5, SlopeGradient1 = 6;

    /// <summary>dy/dx of the features since the last logarithm, multiplied.</summary>
    public const int Product = 7;

    /// <summary>The bin as seen along x.</summary>
    public static SplineAxis X => new(8, 0);

    /// <summary>The bin as seen along y.</summary>
    public static SplineAxis Y => new(14, 1);

    /// <summary>The first row of what stands there for each bin.</summary>
    private const int PerBin = 20;

    /// <summary>Numbers in all rows.</summary>
    public static int Length(int bins) => (PerBin + 4 * bins) * Panel.Columns;

    /// <summary>e_j of the bins of an axis, K rows.</summary>
    public static int Exponentials(SplineAxis axis, int bins) => (PerBin + axis.Number * bins) * Panel.Columns;

    /// <summary>The slope of the limit at the logit of each bin of an axis, K rows.</summary>
    public static int Limits(SplineAxis axis, int bins) => (PerBin + (2 + axis.Number) * bins) * Panel.Columns;

    /// <summary>The numbers of a row from a column on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Row<T>(ref float rows, int row, nuint column) where T : unmanaged, ILanes<T> =>
        T.Load(ref rows, (nuint)(row * Panel.Columns) + column);

    /// <summary>Writes numbers into a row from a column on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Note<T>(ref float rows, int row, nuint column, T value) where T : unmanaged, ILanes<T> =>
        value.Store(ref rows, (nuint)(row * Panel.Columns) + column);
}

/// <summary>What is the same for all splines of a flow.</summary>
/// <param name="Bins">K.</param>
/// <param name="Bound">B.</param>
/// <param name="LogitScale">The factor on width and height logits.</param>
internal readonly record struct SplineShape(int Bins, float Bound, float LogitScale)
{
    /// <summary>c0, the least share of a bin.</summary>
    public const float MinimumSize = 1e-3f;

    /// <summary>c1, what softmax shares out.</summary>
    public float Share => 1 - MinimumSize * Bins;
}
