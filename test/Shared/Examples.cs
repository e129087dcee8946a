using System.Reflection;
using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Tests;

/// <summary>Every public type shows in its documentation how it is used: in an example of its own, or, where it holds extension methods alone, in one of theirs.</summary>
internal static class Examples
{
    public static IEnumerable<string> TypesOf(Assembly assembly) =>
        assembly.GetExportedTypes().Select(type => type.FullName!).Order(StringComparer.Ordinal);

    public static bool Show(Assembly assembly, string name)
    {
        Type type = assembly.GetType(name)!;
        bool ofMethods = type.IsAbstract && type.IsSealed;
        return XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Attribute("name")!.Value is var id && (id == "T:" + name || (ofMethods && id.StartsWith($"M:{name}.", StringComparison.Ordinal))))
            .Any(member => member.Element("example")?.Element("code") is { } code && !string.IsNullOrWhiteSpace(code.Value));
    }
}
