using System.Globalization;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Checks of single values; an error is one sentence with the name, the value and the range.</summary>
internal static class Ranges
{
    public static void Integer(string name, long value, long least, long greatest = int.MaxValue)
    {
        if (value < least || value > greatest)
            throw Error(name, value, greatest == int.MaxValue ? $"{least} or more" : Invariant($"from {least} to {greatest}"));
    }

    /// <summary>Above <paramref name="low"/>, at most <paramref name="high"/>.</summary>
    public static void Above(string name, double value, double low, double high)
    {
        if (!(value > low && value <= high))
            throw Error(name, value, Invariant($"above {low} and at most {high}"));
    }

    /// <summary>From <paramref name="low"/>, below <paramref name="high"/>.</summary>
    public static void Below(string name, double value, double low, double high)
    {
        if (!(value >= low && value < high))
            throw Error(name, value, Invariant($"at least {low} and below {high}"));
    }

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static void Within(string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
            throw Error(name, value, Invariant($"from {low} to {high}"));
    }

    /// <summary>Strictly between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public static void Between(string name, double value, double low, double high)
    {
        if (!(value > low && value < high))
            throw Error(name, value, Invariant($"above {low} and below {high}"));
    }

    public static void Defined<T>(string name, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw Error(name, value, "one of " + string.Join(", ", Enum.GetNames<T>()));
    }

    private static ArgumentOutOfRangeException Error(string name, object value, string range) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, but must be {range}."));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
