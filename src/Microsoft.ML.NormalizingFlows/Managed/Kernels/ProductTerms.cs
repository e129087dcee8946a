namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// The left factor A of a product: element (r, k) stands at <c>r RowStride + k DepthStride</c>, so that a matrix and its
/// transpose are the same array, read in two ways.
/// </summary>
internal readonly ref struct LeftFactor(ReadOnlySpan<float> values, int rowStride, int depthStride)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public int RowStride { get; } = rowStride;

    public int DepthStride { get; } = depthStride;
}

/// <summary>What a product is added to.</summary>
internal enum ProductStart
{
    /// <summary>Nothing: C = A B.</summary>
    Zero,

    /// <summary>What is there: C = C + A B.</summary>
    Target,

    /// <summary>A number for each row: C = b + A B.</summary>
    Bias,
}

/// <summary>
/// Parts of a product that are known to be zero, or not wanted, and are passed over: row r needs the depths from
/// <c>From[r]</c> to before <c>To[r]</c>, and columns before <c>Columns[r]</c>. Each list never falls, or is empty where it
/// says nothing.
/// </summary>
internal readonly ref struct ProductRange
{
    public ReadOnlySpan<int> From { get; init; }

    public ReadOnlySpan<int> To { get; init; }

    public ReadOnlySpan<int> Columns { get; init; }
}

/// <summary>A <see cref="ProductStart"/> that the compiler knows.</summary>
internal interface ITileStart
{
    static abstract ProductStart Start { get; }
}

internal readonly struct FromZero : ITileStart { public static ProductStart Start => ProductStart.Zero; }

internal readonly struct FromTarget : ITileStart { public static ProductStart Start => ProductStart.Target; }

internal readonly struct FromBias : ITileStart { public static ProductStart Start => ProductStart.Bias; }

/// <summary>A number that the compiler knows: rows of a tile, 1 to 6.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

internal readonly struct One : ITileRows { public static int Count => 1; }

internal readonly struct Two : ITileRows { public static int Count => 2; }

internal readonly struct Three : ITileRows { public static int Count => 3; }

internal readonly struct Four : ITileRows { public static int Count => 4; }

internal readonly struct Five : ITileRows { public static int Count => 5; }

internal readonly struct Six : ITileRows { public static int Count => 6; }
