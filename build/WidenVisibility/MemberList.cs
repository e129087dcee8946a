namespace WidenVisibility;

/// <summary>
/// The names to make public, one a line: <c>Namespace.Type</c> for a type with all its internal members,
/// <c>Namespace.Type::Member</c> for the members of that name alone. Nested types are written <c>Outer+Inner</c>, generic
/// ones <c>Type`1</c>, constructors <c>.ctor</c>; <c>#</c> starts a comment.
/// </summary>
internal sealed class MemberList
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly HashSet<string> _used = [];

    public static MemberList Read(string path)
    {
        var list = new MemberList();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var name = line.Split('#')[0].Trim();
            if (name.Length > 0)
            {
                list._lines.TryAdd(name, number);
            }
        }

        return list;
    }

    /// <summary>The names that no assembly had, with their lines.</summary>
    public IEnumerable<(string Name, int Line)> Unused =>
        _lines.Where(entry => !_used.Contains(entry.Key)).Select(entry => (entry.Key, entry.Value));

    /// <summary>Whether the type is named on a line of its own, and so opens with all its internal members.</summary>
    public bool NamesType(string type) => Take(type);

    /// <summary>Whether a line names this member.</summary>
    public bool NamesMember(string type, string member) => Take($"{type}::{member}");

    /// <summary>Whether a line names the type, a member of it, or a type nested in it; without counting as a use.</summary>
    public bool NeedsType(string type) =>
        _lines.Keys.Any(name => name == type || name.StartsWith(type + "::", StringComparison.Ordinal)
                                             || name.StartsWith(type + "+", StringComparison.Ordinal));

    private bool Take(string name) => _lines.ContainsKey(name) && (_used.Add(name) || true);
}
