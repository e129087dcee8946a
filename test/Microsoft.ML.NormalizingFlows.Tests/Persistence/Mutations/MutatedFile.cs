using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence.Mutations;

/// <summary>A kind of file that is damaged on purpose.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Good">Files that are right.</param>
/// <param name="Load">Loads a file; what comes back scores and draws, and gives all numbers that come of it but missing values that may be there.</param>
internal sealed record MutatedFile(string Name, IReadOnlyList<byte[]> Good, Func<byte[], LoadedFile> Load)
{
    /// <summary>Where frames with a checksum begin in a file.</summary>
    public Func<byte[], IReadOnlyList<int>> Frames { get; init; } = file => FileMutator.Frames(file);

    /// <summary>Whether ML.NET reads the file before this package does, and may refuse it in its own words.</summary>
    public bool IsForeign { get; init; }
}

/// <summary>What came of loading a file.</summary>
internal sealed class LoadedFile(Func<IEnumerable<(string Column, double Value)>> use, IDisposable? owned = null) : IDisposable
{
    /// <summary>Scores and draws.</summary>
    public IEnumerable<(string Column, double Value)> Use() => use();

    public void Dispose() => owned?.Dispose();
}

/// <summary>All numbers in columns of a table.</summary>
internal static class TableNumbers
{
    /// <param name="view">The table.</param>
    /// <param name="from">The first column that counts.</param>
    /// <param name="mayBeMissing">Columns that may have missing values.</param>
    public static IEnumerable<(string Column, double Value)> Of(IDataView view, int from = 0, params string[] mayBeMissing)
    {
        var columns = view.Schema.Skip(from).ToList();
        using var cursor = view.GetRowCursor(columns);
        var getters = columns.Select(column => Getter(cursor, column)).ToList();
        while (cursor.MoveNext())
        {
            for (int i = 0; i < getters.Count; i++)
            {
                bool mayMiss = mayBeMissing.Contains(columns[i].Name);
                foreach (double number in getters[i]())
                    yield return (columns[i].Name, mayMiss && double.IsNaN(number) ? 0 : number);
            }
        }
    }

    private static Func<IEnumerable<double>> Getter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
            return vector.ItemType.RawType == typeof(float) ? Of<VBuffer<float>>(values => values.DenseValues().Select(value => (double)value)) : Of<VBuffer<double>>(values => values.DenseValues());
        return column.Type.RawType switch
        {
            var raw when raw == typeof(ReadOnlyMemory<char>) => Of<ReadOnlyMemory<char>>(text => [text.Length]),
            var raw when raw == typeof(float) => Of<float>(value => [value]),
            var raw when raw == typeof(double) => Of<double>(value => [value]),
            var raw when raw == typeof(bool) => Of<bool>(value => [value ? 1 : 0]),
            var raw when raw == typeof(DateTime) => Of<DateTime>(value => [value.Ticks]),
            var raw when raw == typeof(TimeSpan) => Of<TimeSpan>(value => [value.Ticks]),
            var raw when raw == typeof(sbyte) => Of<sbyte>(value => [value]),
            var raw when raw == typeof(byte) => Of<byte>(value => [value]),
            var raw when raw == typeof(short) => Of<short>(value => [value]),
            var raw when raw == typeof(ushort) => Of<ushort>(value => [value]),
            var raw when raw == typeof(int) => Of<int>(value => [value]),
            var raw when raw == typeof(uint) => Of<uint>(value => [value]),
            var raw when raw == typeof(long) => Of<long>(value => [value]),
            var raw when raw == typeof(ulong) => Of<ulong>(value => [value]),
            var raw => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Nothing reads {raw}.")),
        };

        Func<IEnumerable<double>> Of<T>(Func<T, IEnumerable<double>> numbers)
        {
            var getter = row.GetGetter<T>(column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return numbers(value);
            };
        }
    }
}
