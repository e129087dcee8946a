namespace Microsoft.ML.NormalizingFlows.Pipeline;

/// <summary>The names of the columns that options name: none is empty, and none is given twice.</summary>
internal static class ColumnNames
{
    private const string Feature = nameof(NormalizingVariationalFlowOptions.FeatureColumnName);

    /// <param name="feature">The feature column, which every kind of options names alike.</param>
    /// <param name="outputs">The options that name output columns, and their values; null leaves a column out.</param>
    /// <exception cref="ArgumentException">A name is empty, or two columns have the same name.</exception>
    public static void Check(string feature, params ReadOnlySpan<(string Option, string? Name)> outputs)
    {
        if (string.IsNullOrWhiteSpace(feature))
            throw new ArgumentException($"{Feature} is empty: name the column of features.", Feature);
        var taken = new Dictionary<string, string> { [feature] = Feature };
        foreach (var (option, name) in outputs)
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
