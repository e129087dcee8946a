using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Checks options against the ranges that stand at their properties as attributes, which are the only place of a range: the documentation
/// of each says the same words, and what a search may try lies within.
/// </summary>
internal static class OptionsValidator
{
    /// <summary>Checks every property of <paramref name="options"/> and of the options within it.</summary>
    /// <param name="options">What a user set.</param>
    /// <param name="path">What stands before the names of its properties, as the user writes it: <c>Training.</c></param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">Options are null, or a text is empty.</exception>
    public static void Check(object options, string path = "")
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string name = path + property.Name;
            object? value = property.GetValue(options);
            if (IsOptions(property.PropertyType))
                Check(value ?? throw new ArgumentException($"{name} is null: set what is to be different, and leave the rest at its default.", name), name + ".");
            else if (value is not null)
                CheckValue(name, value, property.GetCustomAttribute<RangeAttribute>());
        }
    }

    /// <summary>Checks a value that is to become a property of options, but was given elsewhere, under a name of its own.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public static void Check<TOptions>(string property, object? value, string name)
    {
        if (value is not null)
            CheckValue(name, value, typeof(TOptions).GetProperty(property)!.GetCustomAttribute<RangeAttribute>());
    }

    /// <summary>The words for a range, such as <c>from 1 to 128</c>, <c>1 or more</c>, <c>above 0 and at most 1</c>.</summary>
    public static string Text(RangeAttribute range)
    {
        bool hasMaximum = range.Maximum is not (int.MaxValue or double.PositiveInfinity);
        return (range.MinimumIsExclusive, range.MaximumIsExclusive) switch
        {
            (false, false) when !hasMaximum => Invariant($"{range.Minimum:#,0.######} or more"),
            (false, false) => Invariant($"from {range.Minimum:#,0.######} to {range.Maximum:#,0.######}"),
            (true, false) => Invariant($"above {range.Minimum:#,0.######} and at most {range.Maximum:#,0.######}"),
            (false, true) => Invariant($"at least {range.Minimum:#,0.######} and below {range.Maximum:#,0.######}"),
            (true, true) when !hasMaximum => Invariant($"above {range.Minimum:#,0.######} and finite"),
            (true, true) => Invariant($"above {range.Minimum:#,0.######} and below {range.Maximum:#,0.######}"),
        };
    }

    private static bool IsOptions(Type type) => type == typeof(FlowOptions) || type == typeof(TrainingOptions) || type == typeof(FlowLatent);

    private static void CheckValue(string name, object value, RangeAttribute? range)
    {
        double number = value is TimeSpan time ? time.TotalSeconds : range is null ? 0 : Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (range is not null && !Holds(range, number))
            throw Error(name, value, Text(range));
        if (value is Enum && !Enum.IsDefined(value.GetType(), value))
            throw Error(name, value, "one of " + string.Join(", ", Enum.GetNames(value.GetType())));
        if (value is string text && string.IsNullOrWhiteSpace(text))
            throw new ArgumentException($"{name} is empty: name one, or set null for none.", name);
    }

    // NaN is in no range: it compares with nothing.
    private static bool Holds(RangeAttribute range, double value)
    {
        double minimum = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), maximum = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        return (range.MinimumIsExclusive ? value > minimum : value >= minimum) && (range.MaximumIsExclusive ? value < maximum : value <= maximum);
    }

    private static ArgumentOutOfRangeException Error(string name, object value, string range) =>
        new(name, Invariant($"{name} is {value}, but must be {range}."));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
