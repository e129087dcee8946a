using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed.Layout;

/// <summary>
/// The way between the named arrays of a model, which both evaluators understand, and the flat vector of this one, where
/// matrices are padded, transposed or in another order.
/// </summary>
internal sealed class ParameterMap
{
    private readonly List<NamedPlace> _arrays = [];

    /// <summary>Learned values, those that masks cut included.</summary>
    public long Count => _arrays.Sum(array => (long)array.Places.Length);

    /// <summary>The next array of the model, a vector.</summary>
    public void Add(string name, int length, Func<int, int> place) =>
        _arrays.Add(new NamedPlace(name, [length], [.. Enumerable.Range(0, length).Select(place)]));

    /// <summary>The next array of the model, a matrix.</summary>
    public void Add(string name, int rows, int columns, Func<int, int, int> place)
    {
        var places = new int[checked(rows * columns)];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                places[row * columns + column] = place(row, column);
        _arrays.Add(new NamedPlace(name, [rows, columns], places));
    }

    /// <summary>Named copies of what stands in <paramref name="vector"/>; values that masks cut are 0.</summary>
    /// <param name="vector">In the order of the learned values.</param>
    /// <param name="suffix">Added to each name.</param>
    public IEnumerable<NamedArray> Extract(ReadOnlySpan<float> vector, string suffix = "")
    {
        var copies = new List<NamedArray>();
        foreach (var (name, shape, places) in _arrays)
        {
            var values = new float[places.Length];
            for (int i = 0; i < places.Length; i++)
                values[i] = places[i] < 0 ? 0 : vector[places[i]];
            copies.Add(new NamedArray(name + suffix, shape, values));
        }
        return copies;
    }

    /// <summary>Puts named arrays into <paramref name="vector"/>.</summary>
    /// <exception cref="InvalidDataException">An array is missing or has another shape.</exception>
    public void Load(IReadOnlyDictionary<string, NamedArray> arrays, Span<float> vector, string suffix = "")
    {
        foreach (var (name, shape, places) in _arrays)
        {
            float[] values = NamedArrays.Find(arrays, name + suffix, shape).Values;
            for (int i = 0; i < places.Length; i++)
            {
                if (places[i] >= 0)
                    vector[places[i]] = values[i];
            }
        }
    }
}

/// <summary>
/// Where the values of one <c>NamedArray</c> stand in the flat vector: <paramref name="Places"/>, in the order of the
/// array, -1 for a weight that a mask cuts.
/// </summary>
internal sealed record NamedPlace(string Name, long[] Shape, int[] Places);
