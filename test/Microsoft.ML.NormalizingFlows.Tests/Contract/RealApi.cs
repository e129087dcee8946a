using System.Text.RegularExpressions;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>The API of the real packages: a list <c>Assembly.txt</c> for each assembly.</summary>
internal sealed partial class RealApi
{
    // Visibility, tab, id: non-public members of ML.NET, of all its assemblies together.
    private const string InternalList = "Microsoft.ML.internal";

    private readonly Dictionary<string, Dictionary<string, ApiRow>> _rows = [];
    private readonly Dictionary<string, string> _internals = [];

    public RealApi(string folder)
        : this(Directory.EnumerateFiles(folder, "*.txt").ToDictionary(NameOf, File.ReadAllLines))
    {
    }

    public RealApi(IReadOnlyDictionary<string, string[]> lists)
    {
        foreach (var (name, list) in lists)
        {
            var lines = list.Where(line => line.Length > 0);
            if (name == InternalList)
            {
                _internals = lines.ToDictionary(line => line.Split('\t')[1]);
            }
            else
            {
                _rows[name] = lines.Select(ApiRow.Parse).ToDictionary(row => row.Id);
            }
        }
    }

    public IEnumerable<(string Assembly, string Id)> Rows => _rows.SelectMany(list => list.Value.Keys.Select(id => (list.Key, id)));

    /// <summary>Whether an assembly is one of those of the real packages.</summary>
    public static bool Covers(string assembly) =>
        assembly is "TorchSharp" or "Microsoft.Data.Analysis" or "Microsoft.ML"
        || (assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal)
            && !assembly.StartsWith("Microsoft.ML.NormalizingFlows", StringComparison.Ordinal));

    /// <summary>One sentence on what is wrong with a reference; null when the real API has it, with the same signature.</summary>
    public string? Problem(ApiReference reference)
    {
        if (Row(reference) is { } row)
        {
            return row.Difference(reference) is { } difference ? $"{reference.Assembly}: {reference.Id}: {difference}" : null;
        }

        // Lists leave out the constructor that every delegate has.
        var typeId = reference.Id.Replace("M:", "T:").Replace(".#ctor(System.Object,System.IntPtr)", "");
        var comesWithDelegate = typeId != reference.Id && Row(reference.Assembly, typeId) is { IsDelegate: true };
        return comesWithDelegate || Internal(reference) is not null ? null : Missing(reference.Assembly, reference.Id);
    }

    /// <summary>One sentence on how a declared member differs from the real one; null when it does not.</summary>
    public string? Problem(DefinedMember member)
    {
        if (Row(member.Assembly, member.Id) is not { } row)
        {
            return Missing(member.Assembly, member.Id);
        }

        var (real, here) = (row.Signature, member.Row().Signature);
        var same = real.Length == 0 || (member.Id[0] == 'T' ? HasBases(real, here) : Plainly(member.Id, real) == here);
        return same ? null : $"{member.Assembly}: {member.Id}:\n    real {real}\n    here {here}";
    }

    /// <summary>Adds the rows of declared members that have none.</summary>
    public void Add(IEnumerable<DefinedMember> declared)
    {
        foreach (var member in declared)
        {
            _rows.TryAdd(member.Assembly, []);
            _rows[member.Assembly].TryAdd(member.Id, member.Row());
        }
    }

    /// <summary>The rows here that <paramref name="full"/> has otherwise or not at all; rows are kept word for word.</summary>
    public IEnumerable<string> Outdated(RealApi full) =>
        from list in _rows
        from row in list.Value.Values
        where full.Row(list.Key, row.Id) != row
        select $"{list.Key}: {row.Id}: the kept row differs from the full list";

    /// <summary>Rewrites the lists in a folder with those rows that code refers to or the offline assemblies declare.</summary>
    public void Keep(string folder, IReadOnlyCollection<ApiReference> references, IReadOnlyCollection<DefinedMember> declared)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*.txt"))
        {
            File.Delete(old);
        }

        var used = references.Select(reference => (reference.Assembly, Row: Row(reference)))
            .Concat(declared.Select(member => (member.Assembly, Row: Row(member.Assembly, member.Id))));
        foreach (var list in used.GroupBy(row => row.Assembly, row => row.Row))
        {
            Write(list.Key, list.OfType<ApiRow>().Select(row => row.ToString()));
        }

        Write(InternalList, references.Where(reference => Row(reference) is null).Select(Internal).OfType<string>());

        void Write(string name, IEnumerable<string> lines)
        {
            var sorted = lines.Distinct().Order(StringComparer.Ordinal).ToList();
            if (sorted.Count > 0)
            {
                File.WriteAllText(Path.Combine(folder, name + ".txt"), string.Join('\n', sorted) + "\n");
            }
        }
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static string Missing(string assembly, string id) =>
        $"{assembly}: {id}: the real API does not have it, or api/ lacks its row (UPDATE_API_ROWS=1 adds it)";

    // The real type may have more interfaces, and classes between itself and the base class.
    private static bool HasBases(string real, string here)
    {
        var (wide, narrow) = (real.Split(" : "), here.Split(" : "));
        var interfaces = narrow.Skip(1).SelectMany(bases => bases.Split(", ")).Where(one => Interface().IsMatch(one));
        return wide[0] == narrow[0] && interfaces.All(one => wide[^1].Split(", ").Contains(one));
    }

    private ApiRow? Row(string assembly, string id) => _rows.GetValueOrDefault(assembly)?.GetValueOrDefault(id);

    // The row that a reference means: its own or that of the property or event it is an accessor of.
    private ApiRow? Row(ApiReference reference) =>
        Row(reference.Assembly, reference.Id) ?? Row(reference.Assembly, reference.Owner?.Id ?? reference.Id);

    private string? Internal(ApiReference reference) => reference.Assembly.StartsWith("Microsoft.ML", StringComparison.Ordinal)
        ? _internals.GetValueOrDefault(reference.Id) ?? _internals.GetValueOrDefault(reference.Owner?.Id ?? reference.Id)
        : null;

    // What metadata does not hold by name is written in one way: values of enumerations as numbers, default(T) as null, without
    // scoped, and readonly only for fields.
    private string Plainly(string id, string signature)
    {
        signature = Default().Replace(signature, "null").Replace("scoped ref ", "ref ");
        signature = EnumerationValue().Replace(signature, match => " = " + (ValueOf(match.Groups[1].Value)?.ToString() ?? match.Value));
        return id[0] == 'F' ? signature : signature.Replace("public readonly ", "public ");
    }

    private long? ValueOf(string text)
    {
        if (long.TryParse(text, out var value))
        {
            return value;
        }

        var flags = text.Split(" | ");
        var row = _rows.Values.Select(rows => rows.GetValueOrDefault("F:" + text)).FirstOrDefault(one => one is not null);
        return flags.Length > 1 ? flags.Aggregate((long?)0, (sum, flag) => sum | ValueOf(flag))
            : row is not null ? ValueOf(row.Signature.Split(" = ")[^1]) : null;
    }

    [GeneratedRegex(@"^([\w]+\.)*I[A-Z]\w*([<{]|$)")]
    private static partial Regex Interface();

    [GeneratedRegex(@"default\([^()]*\)")]
    private static partial Regex Default();

    [GeneratedRegex(@" = ([A-Za-z_][\w.]+\.\w+(?: \| [\w.]+)*)")]
    private static partial Regex EnumerationValue();
}
