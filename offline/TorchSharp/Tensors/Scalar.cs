using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number of any type on its way to LibTorch: 64-bit integer, double or boolean, as there.</summary>
public sealed class Scalar : IDisposable
{
    private readonly long bits;
    private bool disposed;

    private Scalar(ScalarType kind, long bits)
    {
        Kind = kind;
        this.bits = bits;
    }

    internal ScalarType Kind { get; }

    internal long Bits => disposed ? throw new InvalidOperationException("Scalar invalid -- empty handle.") : bits;

    internal bool IsIntegral => Kind is ScalarType.Int64 or ScalarType.Bool;

    public static implicit operator Scalar(int value) => new(ScalarType.Int64, value);

    public static implicit operator Scalar(long value) => new(ScalarType.Int64, value);

    public static implicit operator Scalar(float value) => (double)value;

    public static implicit operator Scalar(double value) => new(ScalarType.Float64, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, value ? 1 : 0);

    public void Dispose() => disposed = true;
}
