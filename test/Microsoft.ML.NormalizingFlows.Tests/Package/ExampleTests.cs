using System.Reflection;

namespace Microsoft.ML.NormalizingFlows.Tests.Package;

public sealed class ExampleTests
{
    private static readonly Assembly Main = typeof(NormalizingVariationalFlowTransformer).Assembly;

    public static TheoryData<string> Types => [.. Examples.TypesOf(Main)];

    [Theory, MemberData(nameof(Types))]
    public void A_public_type_has_an_example(string name) => Assert.True(Examples.Show(Main, name));
}
