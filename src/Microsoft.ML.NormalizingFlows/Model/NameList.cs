namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>Names in a message: the first few, and how many there are besides.</summary>
internal static class NameList
{
    /// <summary>"a, b and 3 more".</summary>
    /// <param name="names">All of them.</param>
    /// <param name="most">How many are named.</param>
    public static string Of(IEnumerable<string> names, int most)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(most)) + (all.Length > most ? $" and {all.Length - most} more" : "");
    }
}
