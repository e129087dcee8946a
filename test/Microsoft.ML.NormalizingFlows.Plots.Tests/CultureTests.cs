using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Plots.Tests;

public sealed class CultureTests
{
    [Fact]
    public void Interpolated_fractions_name_their_culture() => Assert.Empty(Cultures.Unnamed(typeof(FlowPlots).Assembly));
}
