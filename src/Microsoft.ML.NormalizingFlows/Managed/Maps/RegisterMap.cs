using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;

namespace Microsoft.ML.NormalizingFlows.Managed.Maps;

/// <summary>A map that takes the points of a feature a register at a time: parts are made of their raw parameters, and everything else of these parts.</summary>
internal abstract class RegisterMap<T> : ManagedMap<T> where T : unmanaged, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Forward(
        ReadOnlySpan<float> raw, ReadOnlySpan<float> x, Span<float> y, Span<float> logDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, y, features, columns, scratch);
        Check(raw, logDeterminant, logDeterminant, Math.Min(1, features), columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        ref float yFirst = ref MemoryMarshal.GetReference(y);
        ref float logFirst = ref MemoryMarshal.GetReference(logDeterminant);
        ref float parts = ref MemoryMarshal.GetReference(scratch);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                Prepare(in Own(ref rawFirst, feature, column), ref parts);
                var (value, slope) = Evaluate(T.Load(in xFirst, at), ref parts);
                value.Store(ref yFirst, at);
                (T.Load(in logFirst, column) + LaneMath<T>.Log(slope)).Store(ref logFirst, column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Backward(
        Span<float> raw, ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> gLogDeterminant, int features, int columns, Span<float> scratch)
    {
        Check(raw, x, g, features, columns, scratch);
        Check(raw, gLogDeterminant, gLogDeterminant, Math.Min(1, features), columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        ref float gFirst = ref MemoryMarshal.GetReference(g);
        ref float gLogFirst = ref MemoryMarshal.GetReference(gLogDeterminant);
        ref float parts = ref MemoryMarshal.GetReference(scratch);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                ref float own = ref Own(ref rawFirst, feature, column);
                Prepare(in own, ref parts);
                Return(T.Load(in xFirst, at), T.Load(in gFirst, at), T.Load(in gLogFirst, column), ref own, ref parts).Store(ref gFirst, at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Inverse(ReadOnlySpan<float> raw, ReadOnlySpan<float> y, Span<float> x, int features, int columns, Span<float> scratch)
    {
        Check(raw, y, x, features, columns, scratch);
        ref float rawFirst = ref MemoryMarshal.GetReference(raw);
        ref float yFirst = ref MemoryMarshal.GetReference(y);
        ref float xFirst = ref MemoryMarshal.GetReference(x);
        ref float parts = ref MemoryMarshal.GetReference(scratch);
        for (nuint feature = 0; feature < (nuint)features; feature++)
        {
            for (nuint column = 0; column < (nuint)columns; column += (nuint)T.Count)
            {
                nuint at = feature * Panel.Columns + column;
                Prepare(in Own(ref rawFirst, feature, column), ref parts);
                Find(T.Load(in yFirst, at), ref parts).Store(ref xFirst, at);
            }
        }
    }

    /// <summary>The parts: what follows from the raw parameters alone.</summary>
    protected abstract void Prepare(ref readonly float raw, ref float parts);

    /// <summary>y and dy/dx.</summary>
    protected abstract (T Value, T Slope) Evaluate(T x, ref float parts);

    /// <summary>The gradient by x, of those by y and by ln dy/dx; those by the raw parameters take the place of these.</summary>
    protected abstract T Return(T x, T gY, T gLog, ref float raw, ref float parts);

    /// <summary>x of y.</summary>
    protected abstract T Find(T y, ref float parts);

    /// <summary>The place of a raw parameter, from that of the first of these points.</summary>
    protected static nuint Row(int parameter) => (nuint)(parameter * Panel.Columns);

    private ref float Own(ref float raw, nuint feature, nuint column) => ref Unsafe.Add(ref raw, feature * (nuint)ParametersPerFeature * Panel.Columns + column);
}
