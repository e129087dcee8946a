namespace Microsoft.ML.NormalizingFlows.Synthesis.Columns;

/// <summary>Names of categories, numbered from 0 as they come.</summary>
internal sealed class Levels<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private readonly List<T> _names = [];

    public IReadOnlyList<T> Names => _names;

    /// <summary>The number of a name; a new one becomes a new level where <paramref name="learns"/>, else infinity.</summary>
    public double Number(T name, bool learns)
    {
        if (_numbers.TryGetValue(name, out int level))
            return level;
        if (!learns)
            return double.PositiveInfinity;
        _numbers.Add(name, _names.Count);
        _names.Add(name);
        return _names.Count - 1;
    }

    public void Clear()
    {
        _numbers.Clear();
        _names.Clear();
    }
}
