using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Kernels;

/// <summary>
/// The matrix product <c>C = start + A B</c>, where the work is. It is cut into tiles of up to six rows by two registers:
/// twelve sums stay in registers while a tile walks along the depth, so that each number loaded is used many times (Goto
/// and van de Geijn 2008, Anatomy of High-Performance Matrix Multiplication). Rows are shared out evenly over the tiles: a
/// tile of one or two rows would wait for its own sums.
/// </summary>
internal static class MatrixProduct<T> where T : unmanaged, ILanes<T>
{
    private const int MaximumRows = 6;
    private const int MaximumDepth = 256;
    private const int WorthPacking = 1 << 14;

    /// <param name="a">A, (rows, depth).</param>
    /// <param name="b">B, (depth, columns), rows <paramref name="bStride"/> apart.</param>
    /// <param name="bStride">From one row of B to the next.</param>
    /// <param name="c">C, (rows, columns), rows <paramref name="cStride"/> apart.</param>
    /// <param name="cStride">From one row of C to the next.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C, a multiple of the lanes.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="start">What the product is added to.</param>
    /// <param name="bias">A number for each row, where the product starts from one.</param>
    /// <param name="range">What may be passed over.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        LeftFactor a, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int rows, int columns, int depth,
        ProductStart start = ProductStart.Zero, ReadOnlySpan<float> bias = default, ProductRange range = default)
    {
        if (rows == 0 || columns == 0)
            return;
        Check(a, b, bStride, c, cStride, rows, columns, depth, start, bias);
        // A long depth is cut so that the part of B that all tiles walk along stays in the cache.
        int parts = Math.Max(1, (depth + MaximumDepth - 1) / MaximumDepth), done = 0;
        for (int part = 0; part < parts; part++)
        {
            int end = done + (depth - done) / (parts - part);
            Add(a, b, bStride, c, cStride, rows, columns, done, end, part == 0 ? start : ProductStart.Target, bias, range);
            done = end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(
        LeftFactor a, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int rows, int columns, int first, int end,
        ProductStart start, ReadOnlySpan<float> bias, ProductRange range)
    {
        int tiles = (rows + MaximumRows - 1) / MaximumRows;
        int row = 0;
        bool packs = a.RowStride == 1 && a.DepthStride > 1 && columns > 4 * T.Count && (long)rows * (end - first) > WorthPacking;
        Span<float> packed = stackalloc float[packs ? MaximumRows * MaximumDepth : 0];
        for (int tile = 0; tile < tiles; tile++)
        {
            int count = (rows - row) / (tiles - tile);
            int last = row + count - 1;
            int from = range.From.IsEmpty ? first : Math.Clamp(range.From[row], first, end);
            int to = range.To.IsEmpty ? end : Math.Clamp(range.To[last], from, end);
            int width = range.Columns.IsEmpty ? columns : Math.Min(columns, Lengths.RoundUp(range.Columns[last], T.Count));
            var strip = new Strip
            {
                RowStride = (nuint)a.RowStride,
                DepthStride = (nuint)a.DepthStride,
                BStride = (nuint)bStride,
                CStride = (nuint)cStride,
                Width = (nuint)width,
                Depth = (nuint)(to - from),
            };
            ref float aFirst = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.Values), (nint)row * a.RowStride + (nint)from * a.DepthStride);
            ref float bFirst = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), (nint)from * bStride);
            ref float cFirst = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), (nint)row * cStride);
            ref float biasFirst = ref Unsafe.Add(ref MemoryMarshal.GetReference(bias), start == ProductStart.Bias ? row : 0);
            scoped ref float left = ref aFirst;
            if (packs)
            {
                Pack(ref aFirst, strip, count, packed);
                left = ref MemoryMarshal.GetReference(packed);
                strip.DepthStride = (nuint)count;
            }
            switch (start)
            {
                case ProductStart.Zero: Sweep<FromZero>(count, strip, ref left, ref bFirst, ref cFirst, ref biasFirst); break;
                case ProductStart.Target: Sweep<FromTarget>(count, strip, ref left, ref bFirst, ref cFirst, ref biasFirst); break;
                default: Sweep<FromBias>(count, strip, ref left, ref bFirst, ref cFirst, ref biasFirst); break;
            }
            row += count;
        }
    }

    // The kernels read and write without looking: what they touch is checked here.
    private static void Check(
        LeftFactor a, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int rows, int columns, int depth,
        ProductStart start, ReadOnlySpan<float> bias)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfNegative(a.RowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(a.DepthStride);
        ArgumentOutOfRangeException.ThrowIfNegative(bStride);
        ArgumentOutOfRangeException.ThrowIfNegative(cStride);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % T.Count, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, (long)(rows - 1) * cStride + columns);
        if (start == ProductStart.Bias)
            ArgumentOutOfRangeException.ThrowIfLessThan(bias.Length, rows);
        if (depth == 0)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Values.Length, (long)(rows - 1) * a.RowStride + (long)(depth - 1) * a.DepthStride + 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.Length, (long)(depth - 1) * bStride + columns);
    }

    /// <summary>
    /// Copies a strip of A whose rows are columns in memory, depth by depth: each depth is another cache line there, and all tiles of
    /// the strip would fetch it anew.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(ref float a, in Strip strip, int rows, Span<float> packed)
    {
        ref float to = ref MemoryMarshal.GetReference(packed);
        for (nuint k = 0; k < strip.Depth; k++)
        {
            int row = 0;
            if (rows >= 4)
            {
                Vector128.LoadUnsafe(ref a).StoreUnsafe(ref to);
                row = 4;
            }
            for (; row < rows; row++)
                Unsafe.Add(ref to, row) = Unsafe.Add(ref a, row);
            to = ref Unsafe.Add(ref to, rows);
            a = ref Unsafe.Add(ref a, strip.DepthStride);
        }
    }

    private struct Strip
    {
        public nuint RowStride, DepthStride, BStride, CStride, Width, Depth;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<TStart>(int rows, in Strip strip, ref float a, ref float b, ref float c, ref float bias)
        where TStart : struct, ITileStart
    {
        switch (rows)
        {
            case 1: Sweep<One, TStart>(strip, ref a, ref b, ref c, ref bias); break;
            case 2: Sweep<Two, TStart>(strip, ref a, ref b, ref c, ref bias); break;
            case 3: Sweep<Three, TStart>(strip, ref a, ref b, ref c, ref bias); break;
            case 4: Sweep<Four, TStart>(strip, ref a, ref b, ref c, ref bias); break;
            case 5: Sweep<Five, TStart>(strip, ref a, ref b, ref c, ref bias); break;
            default: Sweep<Six, TStart>(strip, ref a, ref b, ref c, ref bias); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep<TRows, TStart>(in Strip strip, ref float a, ref float b, ref float c, ref float bias)
        where TRows : struct, ITileRows
        where TStart : struct, ITileStart
    {
        nuint lanes = (nuint)T.Count, column = 0;
        for (; column + 2 * lanes <= strip.Width; column += 2 * lanes)
        {
            FetchAhead<TRows, TStart>(strip, column, ref a, ref c);
            Pair<TRows, TStart>(strip, ref a, ref Unsafe.Add(ref b, column), ref Unsafe.Add(ref c, column), ref bias);
        }
        if (column < strip.Width)
            Single<TRows, TStart>(strip, ref a, ref Unsafe.Add(ref b, column), ref Unsafe.Add(ref c, column), ref bias);
    }

    /// <summary>
    /// Asks for what comes next while a tile is busy. Rows are short and far apart: the machine does not guess them. Those are the
    /// next strip of A, a part of it with each tile, and the tile of C: this one where it is only written, else the one after it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchAhead<TRows, TStart>(in Strip strip, nuint column, ref float a, ref float c)
        where TRows : struct, ITileRows
        where TStart : struct, ITileStart
    {
        nuint rows = (nuint)TRows.Count, wide = 2 * (nuint)T.Count;
        nuint next = column;
        if (TStart.Start == ProductStart.Target)
            next = column + 2 * wide <= strip.Width ? column + wide : rows * strip.CStride;
        for (nuint row = 0; row < rows; row++)
        {
            CacheLine.Fetch(ref Unsafe.Add(ref c, row * strip.CStride + next));
            if (wide > CacheLine.Floats)
                CacheLine.Fetch(ref Unsafe.Add(ref c, row * strip.CStride + next + CacheLine.Floats));
        }
        if (strip.DepthStride != 1)
            return;
        ref float nextStrip = ref Unsafe.Add(ref a, rows * strip.RowStride);
        for (nuint k = column * CacheLine.Floats / wide; k < strip.Depth; k += strip.Width * CacheLine.Floats / wide)
        {
            for (nuint row = 0; row < rows; row++)
                CacheLine.Fetch(ref Unsafe.Add(ref nextStrip, row * strip.RowStride + k));
        }
    }

    /// <summary>A tile two registers wide. Rows beyond TRows do not exist in the code that the compiler makes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<TRows, TStart>(in Strip strip, ref float a, ref float b, ref float c, ref float bias)
        where TRows : struct, ITileRows
        where TStart : struct, ITileStart
    {
        // Two pointers and two distances reach six rows: more would not stay in registers.
        nuint lanes = (nuint)T.Count, rowStride = strip.RowStride, twoRows = 2 * rowStride;
        ref float a3 = ref Unsafe.Add(ref a, 3 * rowStride);
        nuint cStride = strip.CStride;
        T c00 = First<TStart>(ref c, 0, ref bias, 0), c01 = First<TStart>(ref c, lanes, ref bias, 0);
        T c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        T c40 = default, c41 = default, c50 = default, c51 = default;
        if (TRows.Count > 1)
        {
            c10 = First<TStart>(ref c, cStride, ref bias, 1);
            c11 = First<TStart>(ref c, cStride + lanes, ref bias, 1);
        }
        if (TRows.Count > 2)
        {
            c20 = First<TStart>(ref c, 2 * cStride, ref bias, 2);
            c21 = First<TStart>(ref c, 2 * cStride + lanes, ref bias, 2);
        }
        if (TRows.Count > 3)
        {
            c30 = First<TStart>(ref c, 3 * cStride, ref bias, 3);
            c31 = First<TStart>(ref c, 3 * cStride + lanes, ref bias, 3);
        }
        if (TRows.Count > 4)
        {
            c40 = First<TStart>(ref c, 4 * cStride, ref bias, 4);
            c41 = First<TStart>(ref c, 4 * cStride + lanes, ref bias, 4);
        }
        if (TRows.Count > 5)
        {
            c50 = First<TStart>(ref c, 5 * cStride, ref bias, 5);
            c51 = First<TStart>(ref c, 5 * cStride + lanes, ref bias, 5);
        }
        nuint depthStride = strip.DepthStride, bStride = strip.BStride;
        for (nuint k = strip.Depth; k > 0; k--)
        {
            T b0 = T.Load(ref b), b1 = T.Load(ref b, lanes);
            T v = T.Broadcast(a);
            c00 = T.MultiplyAdd(b0, v, c00);
            c01 = T.MultiplyAdd(b1, v, c01);
            if (TRows.Count > 1)
            {
                v = T.Broadcast(Unsafe.Add(ref a, rowStride));
                c10 = T.MultiplyAdd(b0, v, c10);
                c11 = T.MultiplyAdd(b1, v, c11);
            }
            if (TRows.Count > 2)
            {
                v = T.Broadcast(Unsafe.Add(ref a, twoRows));
                c20 = T.MultiplyAdd(b0, v, c20);
                c21 = T.MultiplyAdd(b1, v, c21);
            }
            if (TRows.Count > 3)
            {
                v = T.Broadcast(a3);
                c30 = T.MultiplyAdd(b0, v, c30);
                c31 = T.MultiplyAdd(b1, v, c31);
            }
            if (TRows.Count > 4)
            {
                v = T.Broadcast(Unsafe.Add(ref a3, rowStride));
                c40 = T.MultiplyAdd(b0, v, c40);
                c41 = T.MultiplyAdd(b1, v, c41);
            }
            if (TRows.Count > 5)
            {
                v = T.Broadcast(Unsafe.Add(ref a3, twoRows));
                c50 = T.MultiplyAdd(b0, v, c50);
                c51 = T.MultiplyAdd(b1, v, c51);
            }
            a = ref Unsafe.Add(ref a, depthStride);
            if (TRows.Count > 3)
                a3 = ref Unsafe.Add(ref a3, depthStride);
            b = ref Unsafe.Add(ref b, bStride);
        }
        c00.Store(ref c);
        c01.Store(ref c, lanes);
        if (TRows.Count > 1)
        {
            c10.Store(ref c, cStride);
            c11.Store(ref c, cStride + lanes);
        }
        if (TRows.Count > 2)
        {
            c20.Store(ref c, 2 * cStride);
            c21.Store(ref c, 2 * cStride + lanes);
        }
        if (TRows.Count > 3)
        {
            c30.Store(ref c, 3 * cStride);
            c31.Store(ref c, 3 * cStride + lanes);
        }
        if (TRows.Count > 4)
        {
            c40.Store(ref c, 4 * cStride);
            c41.Store(ref c, 4 * cStride + lanes);
        }
        if (TRows.Count > 5)
        {
            c50.Store(ref c, 5 * cStride);
            c51.Store(ref c, 5 * cStride + lanes);
        }
    }

    /// <summary>The tile one register wide that is left at the end of a strip.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Single<TRows, TStart>(in Strip strip, ref float a, ref float b, ref float c, ref float bias)
        where TRows : struct, ITileRows
        where TStart : struct, ITileStart
    {
        nuint stride = strip.RowStride, cStride = strip.CStride, at = 0;
        T c0 = First<TStart>(ref c, 0, ref bias, 0), c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        if (TRows.Count > 1)
            c1 = First<TStart>(ref c, cStride, ref bias, 1);
        if (TRows.Count > 2)
            c2 = First<TStart>(ref c, 2 * cStride, ref bias, 2);
        if (TRows.Count > 3)
            c3 = First<TStart>(ref c, 3 * cStride, ref bias, 3);
        if (TRows.Count > 4)
            c4 = First<TStart>(ref c, 4 * cStride, ref bias, 4);
        if (TRows.Count > 5)
            c5 = First<TStart>(ref c, 5 * cStride, ref bias, 5);
        for (nuint k = 0; k < strip.Depth; k++)
        {
            T right = T.Load(ref b);
            c0 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref a, at)), right, c0);
            if (TRows.Count > 1)
                c1 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref a, at + stride)), right, c1);
            if (TRows.Count > 2)
                c2 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref a, at + 2 * stride)), right, c2);
            if (TRows.Count > 3)
                c3 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref a, at + 3 * stride)), right, c3);
            if (TRows.Count > 4)
                c4 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref a, at + 4 * stride)), right, c4);
            if (TRows.Count > 5)
                c5 = T.MultiplyAdd(T.Broadcast(Unsafe.Add(ref a, at + 5 * stride)), right, c5);
            at += strip.DepthStride;
            b = ref Unsafe.Add(ref b, strip.BStride);
        }
        c0.Store(ref c);
        if (TRows.Count > 1)
            c1.Store(ref c, cStride);
        if (TRows.Count > 2)
            c2.Store(ref c, 2 * cStride);
        if (TRows.Count > 3)
            c3.Store(ref c, 3 * cStride);
        if (TRows.Count > 4)
            c4.Store(ref c, 4 * cStride);
        if (TRows.Count > 5)
            c5.Store(ref c, 5 * cStride);
    }

    /// <summary>What a sum starts from. Fetched before the sum and not after it, it arrives while the tile is busy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T First<TStart>(ref float c, nuint offset, ref float bias, nuint row) where TStart : struct, ITileStart =>
        TStart.Start == ProductStart.Target ? T.Load(ref c, offset)
        : TStart.Start == ProductStart.Bias ? T.Broadcast(Unsafe.Add(ref bias, row))
        : default;
}
