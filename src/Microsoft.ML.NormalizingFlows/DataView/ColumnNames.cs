namespace Microsoft.ML.NormalizingFlows.DataView;

/// <summary>Checks the names of columns in options: none is empty, no two are the same. An error names the option.</summary>
internal static class ColumnNames
{
    /// <param name="feature">The option that names the features, and the name.</param>
    /// <param name="needed">Options of output columns that there always are.</param>
    /// <param name="optional">Options of output columns that null leaves out.</param>
    /// <exception cref="ArgumentException">A name is empty or taken.</exception>
    public static void Check((string Option, string? Name) feature, (string Option, string? Name)[] needed, (string Option, string? Name)[] optional)
    {
        if (string.IsNullOrWhiteSpace(feature.Name))
            throw new ArgumentException($"{feature.Option} is empty: name the column of features.", feature.Option);
        foreach (var (option, name) in needed)
        {
            if (string.IsNullOrWhiteSpace(name))
                throw new ArgumentException($"{option} is empty: name the column.", option);
        }
        var taken = new Dictionary<string, string> { [feature.Name] = feature.Option };
        foreach (var (option, name) in needed.Concat(optional))
        {
            if (name is null)
                continue;
            if (string.IsNullOrWhiteSpace(name))
                throw new ArgumentException($"{option} is empty: name the column, or set null to leave it out.", option);
            if (!taken.TryAdd(name, option))
                throw new ArgumentException($"{option} is '{name}', which {taken[name]} names already: give each column a name of its own.", option);
        }
    }
}
