using System.Xml.Linq;

namespace Microsoft.ML.NormalizingFlows.Tests.Package;

/// <summary>
/// Every public type shows in its documentation how it is used: in an example of its own, or, where it holds extension methods alone,
/// in one of theirs.
/// </summary>
public sealed class ExampleTests
{
    public static TheoryData<string> Types => [.. PublicTypes().Select(type => type.FullName!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Types))]
    public void A_public_type_has_an_example(string name)
    {
        Type type = PublicTypes().Single(type => type.FullName == name);
        bool ofMethods = type.IsAbstract && type.IsSealed;
        var documented = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Attribute("name")!.Value is var id && (id == "T:" + name || (ofMethods && id.StartsWith($"M:{name}.", StringComparison.Ordinal))));
        Assert.Contains(documented, member => member.Element("example")?.Element("code") is { } code && !string.IsNullOrWhiteSpace(code.Value));
    }

    private static IEnumerable<Type> PublicTypes() =>
        typeof(NormalizingVariationalFlowTransformer).Assembly.GetExportedTypes();
}
