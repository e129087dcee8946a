using System.Collections;
using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Synthesis.Conditions;

/// <summary>Values by name of column, in the forms that a caller may give them in: a dictionary, or the properties of any other object.</summary>
internal static class GivenValues
{
    /// <exception cref="ArgumentException">The object has no named values.</exception>
    public static IReadOnlyList<(string Name, object? Value)> Of(object given)
    {
        (string, object?)[] values = given switch
        {
            IDictionary dictionary => [.. dictionary.Keys.Cast<object>().Select(key => (key.ToString()!, dictionary[key]))],
            IEnumerable<KeyValuePair<string, object?>> pairs => [.. pairs.Select(pair => (pair.Key, pair.Value))],
            IEnumerable or ValueType => [],
            _ => [.. given.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
                .Select(property => (property.Name, property.GetValue(given)))],
        };
        return values.Length > 0 ? values : throw new ArgumentException(
            $"The given {given.GetType().Name} names no column: give values by column, such as new {{ Age = 40 }}, or a dictionary.", nameof(given));
    }
}
