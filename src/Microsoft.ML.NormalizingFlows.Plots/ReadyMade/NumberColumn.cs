using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.DataView;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Plots.ReadyMade;

/// <summary>A column of numbers to draw; what is not finite is there as it is.</summary>
internal sealed record NumberColumn(string Name, double[] Values)
{
    /// <summary>Rows that are read; a picture of more looks the same.</summary>
    public const int MaximumRows = 100_000;

    /// <summary>Reads columns of numbers, the slots of a vector one by one; where none is named, all that the table has.</summary>
    /// <param name="view">The table.</param>
    /// <param name="names">Scalar columns of numbers, or vectors of known size.</param>
    /// <exception cref="ArgumentException">A column is absent or has no numbers, or the table has no rows.</exception>
    public static IReadOnlyList<NumberColumn> Read(IDataView view, params IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(view);
        DataViewSchema.Column[] columns = names.Count > 0
            ? [.. names.Select(name => Find(view.Schema, name))]
            : [.. view.Schema.Where(column => !column.IsHidden && HasNumbers(column.Type))];
        var values = columns.Select(column => Enumerable.Range(0, FeatureColumn.Size(column)).Select(_ => new List<double>()).ToArray()).ToArray();
        using (var cursor = view.GetRowCursor(columns))
        {
            Action<List<double>[]>[] readers = [.. columns.Select(column => Reader(cursor, column))];
            for (int row = 0; row < MaximumRows && cursor.MoveNext(); row++)
            {
                for (int i = 0; i < columns.Length; i++)
                    readers[i](values[i]);
            }
        }
        NumberColumn[] read = [.. columns.SelectMany((column, i) => values[i].Select((list, slot) => new NumberColumn(SlotName(column, slot), [.. list])))];
        if (read.Length > 0 && read[0].Values.Length == 0)
            throw new ArgumentException("The table has no rows, so that there is nothing to draw: check where it comes from.", nameof(view));
        return read;
    }

    /// <summary>Pairs of values as dots, at most so many: more would only be a blot.</summary>
    public static IEnumerable<(double X, double Y)> Thin(double[] x, double[] y, int maximum)
    {
        int[] order = [.. Enumerable.Range(0, x.Length)];
        if (x.Length > maximum)
            RandomStream.For(1, "plot").Shuffle(order.AsSpan());
        return order.Take(maximum).Select(i => (x[i], y[i]));
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        string has = string.Join(", ", schema.Where(column => !column.IsHidden && HasNumbers(column.Type)).Select(column => column.Name));
        var column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"There is no column '{name}' to draw: the columns of numbers are {has}.", nameof(name));
        return HasNumbers(column.Type) ? column : throw new ArgumentException(
            $"The column '{name}' is {column.Type} and has no numbers to draw: choose from {has}.", nameof(name));
    }

    private static bool HasNumbers(DataViewType type) => type is VectorDataViewType { IsKnownSize: true } vector
        ? vector.ItemType.Equals(NumberDataViewType.Single) || vector.ItemType.Equals(NumberDataViewType.Double)
        : NumberGetter.IsNumber(type);

    private static Action<List<double>[]> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            Func<double> read = NumberGetter.Create(row, column);
            return lists => lists[0].Add(read());
        }
        ReadValues vector = FeatureReader.Values(row, column);
        var values = new double[FeatureColumn.Size(column)];
        return lists =>
        {
            vector(values);
            for (int i = 0; i < values.Length; i++)
                lists[i].Add(values[i]);
        };
    }

    private static string SlotName(DataViewSchema.Column column, int slot)
    {
        if (column.Type is not VectorDataViewType)
            return column.Name;
        return FeatureColumn.SlotNames(column) is { } slots && slots[slot].Length > 0 ? slots[slot] : $"{column.Name}[{slot}]";
    }
}
