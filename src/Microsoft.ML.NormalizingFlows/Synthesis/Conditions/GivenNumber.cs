using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Conditions;

/// <summary>A value that a caller gives, as the number that it is to its column.</summary>
internal static class GivenNumber
{
    /// <returns>NaN where it is missing, infinity where the column has no such text or key.</returns>
    /// <exception cref="ArgumentException">The value is of another type than the column.</exception>
    public static double Of(TableColumn column, object? value) => (column.Type, value) switch
    {
        (_, null) => double.NaN,
        (TextDataViewType, string text) => column.Level(text),
        (TextDataViewType, ReadOnlyMemory<char> text) => column.Level(text.ToString()),
        // As a DataFrame's truth values and dates are read where some are null.
        (TextDataViewType, bool truth) => column.Level(truth.ToString()),
        (NumberDataViewType { RawType: var raw }, DateTime date) when raw == typeof(double) && column.Options.Kind != ColumnKind.Date =>
            column.Rounded(column.Stored(date.ToOADate())),
        (BooleanDataViewType, bool truth) => truth ? 1 : 0,
        (DateTimeDataViewType, DateTime date) => column.Given(date.Ticks),
        (DateTimeDataViewType, DateOnly day) => column.Given(day.ToDateTime(TimeOnly.MinValue).Ticks),
        (KeyDataViewType, string name) => Key(column, name),
        (KeyDataViewType, _) when IsNumber(value) => Number(value) is > 0 and var key ? key : double.NaN,
        (TimeSpanDataViewType, TimeSpan time) => column.Given(time.Ticks),
        (NumberDataViewType, _) when column.IsLong && IsNumber(value) =>
            value is IConvertible and not (double or float or decimal) ? column.Given(Whole(value)) : column.NumberOf(Number(value)),
        (NumberDataViewType, _) when IsNumber(value) && column.Options.Kind == ColumnKind.Date => column.NumberOf(Number(value)),
        (NumberDataViewType, _) when IsNumber(value) => column.Rounded(column.Stored(Number(value))),
        _ => throw new ArgumentException($"The column '{column.Name}' is {column.Type}, but {Describe(value)} is a {value!.GetType().Name}: give {Wanted(column.Type)}."),
    };

    /// <summary>A value in words.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "a missing value",
        string text => $"'{text}'",
        ReadOnlyMemory<char> text => $"'{text.ToString()}'",
        double.NaN or float.NaN => "a missing value",
        DateTime date => FormattableString.Invariant($"{date:s}"),
        _ => FormattableString.Invariant($"{value}"),
    };

    private static bool IsNumber(object value) => Type.GetTypeCode(value.GetType()) is >= TypeCode.SByte and <= TypeCode.Decimal;

    private static double Key(TableColumn column, string name)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            throw new ArgumentException($"The keys of the column '{column.Name}' have no names, but '{name}' is given: give the number of the key, from 1.");
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("KeyValues", ref names);
        int at = names.DenseValues().Select(value => value.ToString()).ToList().IndexOf(name);
        return at < 0 ? double.PositiveInfinity : at + 1;
    }

    private static string Wanted(DataViewType type) => type switch
    {
        TextDataViewType => "a text",
        BooleanDataViewType => "true or false",
        DateTimeDataViewType => "a DateTime or a DateOnly",
        TimeSpanDataViewType => "a TimeSpan",
        KeyDataViewType => "the number of a key, from 1, or its name",
        _ => "a number",
    };

    private static Int128 Whole(object value) => value is ulong large ? large : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
