using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Quality;

/// <summary>A column as it is read: numbers or texts, the other is empty.</summary>
internal sealed record RawColumn(string Name, List<double> Numbers, List<string> Texts, bool IsNumber)
{
    /// <summary>Whether the numbers are dates, in days.</summary>
    public bool IsDate { get; init; }

    /// <summary>Reads columns, of a longer table a uniform draw of <paramref name="most"/> rows (Vitter 1985, algorithm R).</summary>
    public static IReadOnlyList<RawColumn> Read(
        IDataView view, IReadOnlyList<DataViewSchema.Column> columns, int most, RandomStream random, CancellationToken cancellation)
    {
        RawColumn[] read = [.. columns.Select(column => new RawColumn(column.Name, [], [], IsNumberColumn(column.Type)) { IsDate = column.Type is DateTimeDataViewType or DateTimeOffsetDataViewType })];
        using var cursor = view.GetRowCursor(columns);
        Action<int>[] keep = [.. columns.Select((column, i) => Reader(cursor, column, read[i]))];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            cancellation.ThrowIfCancellationRequested();
            long place = row < most ? row : (long)(random.NextUniform() * (row + 1));
            if (place >= most)
                continue;
            foreach (var one in keep)
                one((int)place);
        }
        return read;
    }

    /// <summary>Whether the report can compare a column of this type.</summary>
    public static bool IsComparable(DataViewType type) => IsNumberColumn(type) || type is TextDataViewType or BooleanDataViewType or KeyDataViewType;

    private static bool IsNumberColumn(DataViewType type) => NumberGetter.IsNumber(type) && type is not BooleanDataViewType;

    private static Action<int> Reader(DataViewRow row, DataViewSchema.Column column, RawColumn to)
    {
        if (to.IsNumber)
        {
            Func<double> number = NumberGetter.Create(row, column);
            return place => Put(to.Numbers, place, number());
        }
        Func<string> text = CategoryGetter.Create(row, column);
        return place => Put(to.Texts, place, text());
    }

    private static void Put<T>(List<T> list, int place, T value)
    {
        if (place < list.Count)
            list[place] = value;
        else
            list.Add(value);
    }
}
