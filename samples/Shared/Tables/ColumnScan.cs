namespace Samples.Shared.Tables;

/// <summary>What one pass over a column shows.</summary>
public sealed class ColumnScan
{
    private long _numbers, _missing, _texts;
    private float _first;
    private string _example = "";
    private bool _varies;

    /// <summary>The indices of the numeric columns of a file, and the other columns with the reason for leaving each out.</summary>
    public static (List<int> Columns, List<string> Ignored) Read(string path)
    {
        using var csv = new CsvReader(path);
        var scans = csv.Header.Select(_ => new ColumnScan()).ToArray();
        while (csv.ReadRow() is { } fields)
        {
            for (int c = 0; c < scans.Length; c++)
                scans[c].See(c < fields.Count ? fields[c] : "", csv.Separator);
        }
        var columns = new List<int>();
        var ignored = new List<string>();
        for (int c = 0; c < scans.Length; c++)
        {
            if (scans[c].WhyNot() is { } reason)
                ignored.Add($"'{csv.Header[c]}' ({reason})");
            else
                columns.Add(c);
        }
        return (columns, ignored);
    }

    private void See(string field, char separator)
    {
        if (NumberText.IsMissing(field))
            _missing++;
        else if (!NumberText.TryRead(field, separator, out float value))
        {
            if (_texts++ == 0)
                _example = field.Length > 20 ? field[..20] + "..." : field;
        }
        else
        {
            if (_numbers++ == 0)
                _first = value;
            _varies |= value != _first;
        }
    }

    private string? WhyNot() => this switch
    {
        { _texts: > 0 } => $"text, such as \"{_example}\"",
        { _numbers: 0 } => "empty",
        // Its rows would have to go, and with them most of the table.
        _ when _missing > _numbers => "more than half missing",
        { _varies: false } => "constant",
        _ => null,
    };
}
