using System.Globalization;

namespace Samples.Shared.Tables;

/// <summary>Reads a number from a field, or sees that it is missing.</summary>
public static class NumberText
{
    private static readonly HashSet<string> Missing =
        new(["", "?", "NA", "N/A", "#N/A", "NaN", "null", "none", "-"], StringComparer.OrdinalIgnoreCase);

    public static bool IsMissing(string field) => Missing.Contains(field.Trim());

    /// <summary>A finite number with a decimal point or, where the separator is not a comma, a decimal comma.</summary>
    public static bool TryRead(string field, char separator, out float value)
    {
        string text = field.Trim();
        if (separator != ',' && !text.Contains('.'))
            text = text.Replace(',', '.');
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }
}
