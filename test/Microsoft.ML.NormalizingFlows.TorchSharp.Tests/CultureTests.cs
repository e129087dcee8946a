using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests;

public sealed class CultureTests
{
    [Fact]
    public void Interpolated_fractions_name_their_culture() => Assert.Empty(Cultures.Unnamed(typeof(TorchEngine).Assembly));
}
