using System.Globalization;
using Microsoft.Data.Analysis;

namespace NotebookSample.Cells;

/// <summary>A data frame as a table to read.</summary>
internal static class FrameTable
{
    public static TableOutput Of(DataFrame frame)
    {
        var columns = frame.Columns.ToArray();
        var rows = Enumerable.Range(0, (int)frame.Rows.Count).Select(row => (IReadOnlyList<string>)[.. columns.Select(column => Text(column[row]))]);
        return new TableOutput([.. columns.Select(column => column.Name)], [.. columns.Select(column => column is not StringDataFrameColumn)], [.. rows]);
    }

    /// <summary>About three digits behind the point where they matter; a missing value is a dash.</summary>
    public static string Text(object? value) => value switch
    {
        null or float.NaN or double.NaN => "–",
        float number => Number(number),
        double number => Number(number),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Number(double value)
    {
        string format = Math.Abs(value) switch { >= 100 => "#,0", >= 1 or 0 => "0.##", >= 0.001 => "0.####", _ => "0.##e0" };
        return value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '\u2212');
    }
}
