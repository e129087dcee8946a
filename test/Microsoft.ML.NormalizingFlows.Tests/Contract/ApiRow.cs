using System.Text.RegularExpressions;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// A line of an API list: documentation id, tab, signature. TorchSharp's signatures leave the name out,
/// <c>static System.Int64 (input, dim = 0)</c>; ML.NET's are in C#, <c>public static long Type&lt;T&gt;.Name(T input)</c>;
/// a list may also have ids alone.
/// </summary>
internal sealed partial record ApiRow(string Id, string Signature)
{
    public bool IsDelegate => Id[0] == 'T' && DelegateWord().IsMatch(Signature);

    public static ApiRow Parse(string line) =>
        line.Split('\t', 2) is [var id, var signature] ? new(id, signature) : new(line, "");

    public override string ToString() => Signature.Length == 0 ? Id : $"{Id}\t{Signature}";

    /// <summary>What differs between this row and how compiled code refers to the member; null when nothing does.</summary>
    public string? Difference(ApiReference reference)
    {
        var called = Id == reference.Owner?.Id ? reference.Owner?.Type : reference.Type;
        if (Signature.Length == 0 || called is not { } type)
        {
            return null;
        }

        var words = Modifiers().Match(Signature).Value;
        var isStatic = words.Contains("static ") || words.Contains("const ");
        if (reference.IsStatic is { } calledStatic && calledStatic != isStatic)
        {
            return isStatic ? "it is static in the real API" : "it is not static in the real API";
        }

        var rest = Signature[words.Length..];
        var (real, here) = Id.AsSpan(2).StartsWith("Microsoft.") ? InCSharp(rest, type) : InPlain(rest, type);
        return real == here ? null : $"its type is {real} in the real API and {here} here";
    }

    private static (string Real, string Here) InPlain(string signature, TypeText type)
    {
        var end = PlainEnd().Match(signature);
        return (end.Success ? signature[..end.Index] : signature, type.Id.TrimEnd('@'));
    }

    // The type stands in front of the full name, which also tells how the type parameters are called.
    private (string Real, string Here) InCSharp(string signature, TypeText type)
    {
        var path = Id[2..].Split('(', '~')[0].Replace("``", "`").Split('.');
        if (path[^1] == "#ctor")
        {
            return ("void", type.CSharp);
        }

        var name = IndexerName().Replace(string.Join(@"\.", path.Select(NamePattern)), "(?:Item|this)");
        var match = Regex.Match(signature, $@"^(?:ref readonly |ref )?(?<type>.+?) {name}(?=$|[(\[ ])");
        if (!match.Success)
        {
            return (signature, type.CSharp);
        }

        var names = match.Groups["names"].Captures.Select(capture => capture.Value.Split(", ")).ToList();
        var ofMethod = Id.Contains("``") ? names[^1] : [];
        var ofType = names.SkipLast(ofMethod.Length > 0 ? 1 : 0).SelectMany(own => own);
        return (match.Groups["type"].Value, Named(Named(type.CSharp, "!!", ofMethod), "!", ofType));
    }

    private static string NamePattern(string part) =>
        part.Split('`') is [var own, _] ? Regex.Escape(own) + "<(?<names>[^<>]*)>" : Regex.Escape(part);

    // !!0 becomes the name of the method's first type parameter, !0 that of the type's.
    private static string Named(string text, string mark, IEnumerable<string> names) => names
        .Select((name, index) => (name, index))
        .Aggregate(text, (sum, one) => Regex.Replace(sum, $@"{mark}{one.index}\b", one.name));

    [GeneratedRegex(@"\bdelegate\b")]
    private static partial Regex DelegateWord();

    [GeneratedRegex(@"^(?:(?:public|protected|static|extension|abstract|virtual|override|sealed|readonly|const|event) )*")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@" [({=]")]
    private static partial Regex PlainEnd();

    [GeneratedRegex("Item$")]
    private static partial Regex IndexerName();
}
