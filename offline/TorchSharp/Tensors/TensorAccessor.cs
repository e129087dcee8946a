using System.Collections;
using TorchSharp.Bridge;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a tensor on the CPU in place, in the order of its dimensions.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private torch.Tensor? tensor;
    private readonly long[] shape;
    private readonly long[] strides;
    private T* address;

    internal TensorAccessor(torch.Tensor tensor)
    {
        void* found = null;
        Native.Check(Native.tb_data(tensor.Handle, &found));
        address = (T*)found;
        this.tensor = tensor;
        shape = tensor.shape;
        strides = tensor.stride();
    }

    public long Count => tensor?.numel() ?? 0;

    public T this[params long[] indices]
    {
        get => address[Offset(indices)];
        set => address[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        // A scalar or a vector may be empty; with two dimensions or more the real package refuses an empty tensor.
        var values = new T[Count];
        if (values.Length > 0 || Tensor.ndim >= 2)
        {
            CopyTo(values);
        }
        return values;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = Steps(array.Length, arrayIndex, tensorIndex);
        if (Tensor.is_contiguous())
        {
            new ReadOnlySpan<T>(address + tensorIndex, count).CopyTo(array[arrayIndex..]);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                array[arrayIndex + i] = address[Offset(tensorIndex + i)];
            }
        }
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = Steps(array.Length, arrayIndex, tensorIndex);
        for (var i = 0; i < count; i++)
        {
            address[Offset(tensorIndex + i)] = array[arrayIndex + i];
        }
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0, count = Count; i < count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        address = null;
        tensor = null;
    }

    private torch.Tensor Tensor => tensor ?? throw new ObjectDisposedException(nameof(TensorAccessor<T>));

    private int Steps(int length, int arrayIndex, long tensorIndex)
    {
        if (tensorIndex < 0 || tensorIndex >= Count)
        {
            throw new ArgumentOutOfRangeException(nameof(tensorIndex));
        }
        return (int)Math.Min(Count - tensorIndex, Math.Max(0, length - arrayIndex));
    }

    private long Offset(params ReadOnlySpan<long> indices)
    {
        _ = Tensor;
        var offset = 0L;
        if (indices.Length == 1)
        {
            // One number counts through all elements, whatever the number of dimensions.
            var rest = indices[0];
            if (rest >= Count)
            {
                throw new IndexOutOfRangeException();
            }
            if (rest < 0)
            {
                throw new ArgumentOutOfRangeException($"{rest} in a collection of  ${Count} elements.");
            }
            for (var i = shape.Length - 1; i >= 0; i--)
            {
                (rest, var position) = Math.DivRem(rest, shape[i]);
                offset += position * strides[i];
            }
            return offset;
        }
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (indices[i] >= shape[i] || indices[i] < 0)
            {
                throw new IndexOutOfRangeException($"{indices[i]} >= {shape[i]} in dimension {i}.");
            }
            offset += indices[i] * strides[i];
        }
        return offset;
    }
}
