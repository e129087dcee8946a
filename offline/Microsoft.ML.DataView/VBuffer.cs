using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>
/// A vector, dense or sparse, over arrays that getters reuse from row to row: filled through a
/// <see cref="VBufferEditor{T}"/>, read through spans.
/// </summary>
public readonly partial struct VBuffer<T> : IEnumerable
{
    public readonly int Length;

    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Check(length >= 0, nameof(length));
        Check(count >= 0 && count <= length, nameof(count));
        Check((values?.Length ?? 0) >= count, nameof(values));
        Check(count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public T GetItemOrDefault(int index)
    {
        Check(index >= 0 && index < Length, nameof(index));
        if (IsDense)
            return _values[index];
        var at = GetIndices().BinarySearch(index);
        return at >= 0 ? _values[at] : default;
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false) => Items(_values, IsDense ? null : _indices, _count, Length, all);

    public IEnumerator GetEnumerator() => _values.GetEnumerator();

    public override string ToString() =>
        IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    internal VBufferEditor<T> Edit(int length, int? count, int? capacity, bool keepOld, bool indicesOnDense)
    {
        Check(length >= 0, "newLogicalLength");
        Check(count is null or >= 0 && (count ?? 0) <= length, "valuesCount");
        var explicitCount = count ?? length;
        var values = Grow(_values, explicitCount, capacity ?? Array.MaxLength, keepOld, out var newValues);
        var indices = _indices;
        var newIndices = false;
        if (explicitCount < length || indicesOnDense)
            indices = Grow(indices, explicitCount, capacity ?? Array.MaxLength, keepOld, out newIndices);
        return new VBufferEditor<T>(length, explicitCount, values, indices, indicesOnDense, newValues, newIndices);
    }

    internal VBufferEditor<T> Edit() => Edit(Length, _count, null, false, false);

    private static TItem[] Grow<TItem>(TItem[] array, int size, int capacity, bool keepOld, out bool grown)
    {
        var old = array?.Length ?? 0;
        grown = old < size;
        if (!grown)
            return array;
        var larger = new TItem[Math.Max(size, (int)Math.Min(capacity, old == 0 ? 4 : 2L * old))];
        if (keepOld && old > 0)
            array.CopyTo(larger, 0);
        return larger;
    }

    private static IEnumerable<KeyValuePair<int, T>> Items(T[] values, int[] indices, int count, int length, bool all)
    {
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            var index = indices is null ? i : indices[i];
            for (; all && next < index; next++)
                yield return new KeyValuePair<int, T>(next, default);
            yield return new KeyValuePair<int, T>(index, values[i]);
            next = index + 1;
        }
        for (; all && next < length; next++)
            yield return new KeyValuePair<int, T>(next, default);
    }

    private static void Check(bool condition, string argument, string message = null)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(argument, message);
    }
}
