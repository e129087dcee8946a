using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Tool.Tables;

/// <summary>What the values of a column are.</summary>
internal enum FieldKind
{
    /// <summary>Numbers with or without decimals.</summary>
    Number,

    /// <summary>Whole numbers of up to 64 bits.</summary>
    Whole,

    /// <summary>true and false.</summary>
    Truth,

    /// <summary>Dates, with or without a time, in one form.</summary>
    Date,

    /// <summary>Anything, and numbers that are names: those with leading zeros.</summary>
    Text,

    /// <summary>Not read.</summary>
    Ignored,
}

/// <summary>A column of a table in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Format">The form of dates; null for others.</param>
internal sealed record ColumnDescription(string Name, FieldKind Kind, string? Format = null)
{
    private static readonly string[] s_dates =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss",
    ];

    private static readonly HashSet<string> s_missing = new(["", "?", "NA", "N/A", "#N/A", "NaN", "null", "none", "-"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a field stands for no value: empty, <c>NA</c>, <c>?</c> and their like.</summary>
    public static bool IsMissing(string? field) => field is null || s_missing.Contains(field.Trim());

    /// <summary>Decides what a column is by all of its values: of several possibilities the one that says the most.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fields">Its values.</param>
    /// <param name="decimalComma">Whether <c>1,5</c> may be a number.</param>
    public static ColumnDescription Decide(string name, IReadOnlyList<string?> fields, bool decimalComma)
    {
        string[] values = [.. fields.Where(field => !IsMissing(field)).Select(field => field!.Trim())];
        if (values.Length == 0)
            return new(name, FieldKind.Ignored);
        if (values.All(value => bool.TryParse(value, out _)))
            return new(name, FieldKind.Truth);
        bool isName = values.Any(HasLeadingZero);
        if (!isName && values.All(value => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            return new(name, FieldKind.Whole);
        if (!isName && values.All(value => Number(value, decimalComma) is not null))
            return new(name, FieldKind.Number);
        string? format = s_dates.FirstOrDefault(format => values.All(value => Date(value, format) is not null));
        return format is null ? new(name, FieldKind.Text) : new(name, FieldKind.Date, format);
    }

    /// <summary>Decides the form of dates where the kind was given.</summary>
    public static ColumnDescription OfKind(string name, FieldKind kind, IReadOnlyList<string?> fields) => kind == FieldKind.Date
        ? new(name, kind, s_dates.FirstOrDefault(format => fields.All(field => IsMissing(field) || Date(field!.Trim(), format) is not null)) ?? s_dates[0])
        : new(name, kind);

    /// <summary>A column like one of another file: dates may have another form.</summary>
    public static ColumnDescription Like(ColumnDescription other, IReadOnlyList<string?> fields) =>
        other.Kind != FieldKind.Date || fields.All(field => IsMissing(field) || Date(field!.Trim(), other.Format!) is not null) ? other : OfKind(other.Name, other.Kind, fields);

    /// <summary>A finite number with a decimal point, or with a decimal comma; null where it is none.</summary>
    public static double? Number(string value, bool decimalComma)
    {
        if (decimalComma && !value.Contains('.'))
            value = value.Replace(',', '.');
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
    }

    public static DateTime? Date(string value, string format) =>
        DateTime.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    // 007, but not 0 and 0.5.
    private static bool HasLeadingZero(string value)
    {
        var digits = value.AsSpan().TrimStart("+-");
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }
}
