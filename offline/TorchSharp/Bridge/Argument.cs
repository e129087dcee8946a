using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Bridge;

/// <summary>One argument of an operator as native code reads it (see native/dispatch.cpp).</summary>
internal struct RawArgument
{
    public int Kind;
    public int Length;
    public long Bits;
}

/// <summary>
/// One argument of an operator, on its way to native code. It holds the tensor itself rather than its handle,
/// so that a finalizer cannot free the tensor before the call has taken its own reference.
/// </summary>
internal readonly ref struct Argument
{
    private const int Tensor = 1, Int = 2, Double = 3, Bool = 4, IntList = 5, TensorList = 6, Device = 7;

    private readonly int kind;
    private readonly int extra;
    private readonly long bits;

    /// <summary>The values of a list; empty for everything else.</summary>
    public ReadOnlySpan<long> List { get; }

    /// <summary>What must stay alive during the call.</summary>
    public object? Owner { get; }

    private Argument(int kind, long bits = 0, int extra = 0, ReadOnlySpan<long> list = default, object? owner = null)
    {
        this.kind = kind;
        this.bits = bits;
        this.extra = extra;
        List = list;
        Owner = owner;
    }

    /// <summary>The absent optional argument.</summary>
    public static Argument None => default;

    public static implicit operator Argument(torch.Tensor tensor) => new(Tensor, tensor.Handle, owner: tensor);

    public static implicit operator Argument(long value) => new(Int, value);

    public static implicit operator Argument(double value) => new(Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(bool value) => new(Bool, value ? 1 : 0);

    public static implicit operator Argument(ScalarType value) => new(Int, (long)value);

    public static implicit operator Argument(ScalarType? value) => value is { } type ? type : None;

    public static implicit operator Argument(long? value) => value is { } number ? number : None;

    public static implicit operator Argument(Scalar? value) => value is null ? None : new(value.Kind switch
    {
        ScalarType.Bool => Bool,
        ScalarType.Int64 => Int,
        _ => Double,
    }, value.Bits);

    public static implicit operator Argument(torch.Device device) => new(Device, (long)device.type, device.index);

    public static implicit operator Argument(ReadOnlySpan<long> values) => new(IntList, extra: values.Length, list: values);

    public static implicit operator Argument(long[] values) => (ReadOnlySpan<long>)values;

    /// <summary>A tensor, or nothing.</summary>
    public static Argument Optional(torch.Tensor? tensor) => tensor is null ? None : tensor;

    /// <summary>A list of tensors.</summary>
    public static Argument Tensors(ReadOnlySpan<torch.Tensor> tensors)
    {
        var owners = tensors.ToArray();
        var handles = Handles.Of(owners);
        return new(TensorList, extra: handles.Length, list: MemoryMarshal.Cast<IntPtr, long>(handles), owner: owners);
    }

    public unsafe void Write(RawArgument* raw, long* list)
    {
        raw->Kind = kind;
        raw->Length = extra;
        raw->Bits = kind is IntList or TensorList ? (long)list : bits;
    }
}
