using System.Text.RegularExpressions;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>
/// A line of an API list: documentation id, tab, signature. TorchSharp's signatures leave the name out,
/// <c>static System.Int64 (input, dim = 0)</c>; ML.NET's are in C#, <c>public static long Type&lt;T&gt;.Name(T input, int dim = 0)</c>;
/// a list may also have ids alone.
/// </summary>
internal sealed partial record ApiRow(string Id, string Signature)
{
    public static ApiRow Parse(string line) => line.Split('\t', 2) is [var id, var signature] ? new(id, signature) : new(line, "");

    public override string ToString() => Signature.Length == 0 ? Id : $"{Id}\t{Signature}";

    public bool IsDelegate => Id[0] == 'T' && DelegateWord().IsMatch(Signature);

    /// <summary>What differs between this row and how compiled code refers to the member; null when nothing does.</summary>
    public string? Difference(ApiReference reference)
    {
        if (Signature.Length == 0 || reference.Type is not { } type)
        {
            return null;
        }

        var words = Modifiers().Match(Signature).Value;
        var isStatic = words.Contains("static ") || words.Contains("const ");
        if (reference.IsStatic is { } calledStatic && calledStatic != isStatic)
        {
            return isStatic ? "it is static in the real API" : "it is not static in the real API";
        }

        var (real, here) = Id.AsSpan(2).StartsWith("Microsoft.")
            ? InCSharp(Signature[words.Length..], type)
            : InPlain(Signature[words.Length..], type);
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

        var name = string.Join(@"\.", path.Select(part => part.Split('`') is [var own, _] ? Regex.Escape(own) + "<(?<names>[^<>]*)>" : Regex.Escape(part)));
        name = IndexerName().Replace(name, "(?:Item|this)");
        var match = Regex.Match(signature, @"^(?:ref readonly |ref )?(?<type>.+?) " + name + @"(?=$|[(\[ ])");
        if (!match.Success)
        {
            return (signature, type.CSharp);
        }

        var names = match.Groups["names"].Captures.Select(capture => capture.Value.Split(", ")).ToList();
        var ofMethod = Id.Contains("``") ? names[^1] : [];
        var ofType = names.Take(names.Count - (ofMethod.Length > 0 ? 1 : 0)).SelectMany(own => own);
        var here = type.CSharp;
        foreach (var (text, index) in ofMethod.Select((text, index) => (text, index)))
        {
            here = Regex.Replace(here, $@"!!{index}\b", text);
        }

        foreach (var (text, index) in ofType.Select((text, index) => (text, index)))
        {
            here = Regex.Replace(here, $@"!{index}\b", text);
        }

        return (match.Groups["type"].Value, here);
    }

    [GeneratedRegex(@"\bdelegate\b")]
    private static partial Regex DelegateWord();

    [GeneratedRegex(@"^(?:(?:public|protected|static|abstract|virtual|override|sealed|readonly|const|event|extension) )*")]
    private static partial Regex Modifiers();

    [GeneratedRegex(@" [({=]")]
    private static partial Regex PlainEnd();

    [GeneratedRegex(@"Item$")]
    private static partial Regex IndexerName();
}
