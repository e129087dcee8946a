using Microsoft.ML.Data;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Small tables and ways to read them, for the tests that state what ML.NET does, real or offline.</summary>
internal static class MLRows
{
    public static IDataView Numbered(MLContext ml, int count) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Point { X = i, Y = 10 * i }).ToList());

    /// <summary>The X of every row, in the order of the view.</summary>
    public static string Order(IDataView view) => string.Join(" ", view.GetColumn<float>("X"));

    /// <summary>The columns of a row, read through a cursor over all of them.</summary>
    public static (DataViewRowCursor Cursor, ValueGetter<T> Getter) Open<T>(IDataView view, string column)
    {
        var cursor = view.GetRowCursor(view.Schema);
        return (cursor, cursor.GetGetter<T>(view.Schema[column]));
    }

    public sealed class Point
    {
        public float X { get; set; }

        public float Y { get; set; }
    }

    public sealed class PointVector
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
