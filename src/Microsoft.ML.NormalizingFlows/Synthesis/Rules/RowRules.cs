using System.Globalization;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Rules;

/// <summary>Holds training rows, which come one by one, against the rules of their columns.</summary>
internal sealed class RowRules(IReadOnlyList<TableColumn> columns, ColumnOrder order)
{
    // The first row of each key, of the columns that are unique.
    private readonly Dictionary<double, long>?[] _keys = [.. columns.Select(column => column.Options.Unique ? new Dictionary<double, long>() : null)];

    /// <exception cref="InvalidOperationException">A row breaks a rule.</exception>
    public void Check(long row, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (double.IsInfinity(values[i]))
                throw new InvalidOperationException($"Row {row} (counted from 0) has an infinite value in the column '{columns[i].Name}': replace it, or leave the row out.");
            CheckBounds(row, columns[i], values[i]);
            CheckOrder(row, i, values);
            if (_keys[i] is { } keys)
                CheckKey(row, columns[i], values[i], keys);
        }
    }

    private static void CheckBounds(long row, TableColumn column, double value)
    {
        var options = column.Options;
        string? broken = value < column.NumberOf(options.Minimum) ? Text("Minimum", options.Minimum)
            : value > column.NumberOf(options.Maximum) ? Text("Maximum", options.Maximum)
            : options.Positive && value <= column.NumberOf(0) ? "to be Positive"
            : options.Earliest is { } earliest && value < column.Number(earliest.Ticks) ? Text("Earliest", earliest)
            : options.Latest is { } latest && value > column.Number(latest.Ticks) ? Text("Latest", latest)
            : null;
        if (broken is not null)
            throw new InvalidOperationException($"Row {row} (counted from 0) has {column.Describe(value)} in the column '{column.Name}', which is {broken}: repair the row, or change the rule.");

        static string Text(string name, IFormattable? bound) => $"to keep to its {name} {bound!.ToString(bound is DateTime ? "s" : null, CultureInfo.InvariantCulture)}";
    }

    private void CheckOrder(long row, int upper, ReadOnlySpan<double> values)
    {
        foreach (var (lower, strict) in order.Lower[upper])
        {
            if (values[lower] > values[upper] || strict && values[lower] == values[upper])
                throw new InvalidOperationException(
                    $"Row {row} (counted from 0) has {columns[lower].Describe(values[lower])} in the column '{columns[lower].Name}' and {columns[upper].Describe(values[upper])} in '{columns[upper].Name}', "
                    + $"above which the first is never to be{(strict ? ", nor equal" : "")}: repair the row, or drop the rule.");
        }
    }

    private static void CheckKey(long row, TableColumn column, double value, Dictionary<double, long> keys)
    {
        if (double.IsNaN(value))
            throw new InvalidOperationException($"Row {row} (counted from 0) has no value in the column '{column.Name}', which is to be unique: give it a key, or drop the rule.");
        if (!keys.TryAdd(value, row))
            throw new InvalidOperationException($"Rows {keys[value]} and {row} (counted from 0) both have {column.Describe(value)} in the column '{column.Name}', which is to be unique: repair one, or drop the rule.");
    }
}
