namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Dates that are written as whole numbers, yyyymmdd, and the days that they are.</summary>
internal static class WrittenDate
{
    /// <summary>Days since 0001-01-01; NaN for NaN.</summary>
    /// <exception cref="InvalidOperationException">The number is no date.</exception>
    public static double Day(double number, string column)
    {
        if (double.IsNaN(number))
            return number;
        int written = number is >= 1_01_01 and <= 9999_12_31 && number == Math.Floor(number) ? (int)number : 0;
        int year = written / 10_000, month = written / 100 % 100, day = written % 100;
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day).DayNumber
            : throw new InvalidOperationException(FormattableString.Invariant(
                $"The column '{column}' is to be dates, yyyymmdd, but has {number}: replace such values, by NaN where the type has it, or leave the Kind at its default."));
    }

    public static double Number(double day)
    {
        if (double.IsNaN(day))
            return day;
        var date = DateOnly.FromDayNumber((int)Math.Clamp(day, DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber));
        return date.Year * 10_000 + date.Month * 100 + date.Day;
    }
}
