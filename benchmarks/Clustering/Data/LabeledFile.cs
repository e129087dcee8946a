using Samples.Shared.Tables;

namespace Clustering.Data;

/// <summary>A CSV file with a header, one column of which is the group; rows with a missing number are left out.</summary>
internal static class LabeledFile
{
    /// <exception cref="InvalidDataException">A column is not there, or no row is complete.</exception>
    public static LabeledRows Read(string name, string path, string label, params string[] columns)
    {
        using var csv = new CsvReader(path);
        if (columns.Length == 0)
            columns = [.. csv.Header.Where(column => column != label && column.Length > 0)];
        int group = Find(csv, path, label);
        int[] places = [.. columns.Select(column => Find(csv, path, column))];
        var groups = new List<string>();
        var rows = new List<float[]>();
        var labels = new List<int>();
        while (csv.ReadRow() is { } fields)
        {
            var row = new float[places.Length];
            if (!Enumerable.Range(0, row.Length).All(c => NumberText.TryRead(fields[places[c]], csv.Separator, out row[c])))
                continue;
            if (!groups.Contains(fields[group]))
                groups.Add(fields[group]);
            rows.Add(row);
            labels.Add(groups.IndexOf(fields[group]));
        }
        return rows.Count > 0 ? new LabeledRows(name, [.. rows], [.. labels]) : throw new InvalidDataException($"{path} has no row with all of {string.Join(", ", columns)}.");
    }

    private static int Find(CsvReader csv, string path, string column)
    {
        int place = csv.Header.ToList().IndexOf(column);
        return place >= 0 ? place : throw new InvalidDataException($"{path} has no column '{column}'; it has {string.Join(", ", csv.Header)}.");
    }
}
