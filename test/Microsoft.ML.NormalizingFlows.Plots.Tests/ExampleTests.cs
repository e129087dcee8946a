using System.Reflection;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

public sealed class ExampleTests
{
    private static readonly Assembly Plots = typeof(FlowPlots).Assembly;

    public static TheoryData<string> Types => [.. Examples.TypesOf(Plots)];

    [Theory, MemberData(nameof(Types))]
    public void A_public_type_has_an_example(string name) => Assert.True(Examples.Show(Plots, name));
}
