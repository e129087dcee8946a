using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Holds the names of the features of a table against those that a flow was trained on.</summary>
internal static class FeatureNames
{
    /// <summary>Features that a message names.</summary>
    private const int MaximumNamed = 4;

    /// <summary>What is wrong with the names, in one sentence; null where nothing is, or one of the two has none.</summary>
    /// <param name="column">The column of features.</param>
    /// <param name="trained">The names in training.</param>
    /// <param name="found">As many names; an empty one says nothing, here and there.</param>
    public static string? Difference(string column, IReadOnlyList<string>? trained, IReadOnlyList<string>? found)
    {
        if (trained is null || found is null)
            return null;
        int[] others = [.. Enumerable.Range(0, trained.Count).Where(slot => trained[slot].Length > 0 && found[slot].Length > 0 && trained[slot] != found[slot])];
        if (others.Length == 0)
            return null;
        bool isOrder = others.Select(slot => trained[slot]).Order(StringComparer.Ordinal).SequenceEqual(others.Select(slot => found[slot]).Order(StringComparer.Ordinal));
        string named = NameList.Of(others.Select(slot => $"'{found[slot]}' in place of '{trained[slot]}' at {slot}"), MaximumNamed);
        return $"The features of '{column}' are {(isOrder ? "in another order than" : "not those that")} the model was trained {(isOrder ? "with" : "on")}, and each is scored as what stood in its place ({named}): " +
            $"{(isOrder ? "give Concatenate the columns in the order of training" : "give the same columns, or ignore this where they were renamed alone")}.";
    }
}
