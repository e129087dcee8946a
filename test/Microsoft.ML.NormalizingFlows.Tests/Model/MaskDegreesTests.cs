using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.Model;

public sealed class MaskDegreesTests
{
    [Theory]
    [InlineData(4, 8, new[] { 0, 1, 2, 3, 0, 1, 2, 3 })]
    [InlineData(1, 3, new[] { 0, 0, 0 })]
    [InlineData(7, 3, new[] { 0, 3, 6 })]
    [InlineData(5, 1, new[] { 0 })]
    public void With_degree_0_for_the_context(int dimensions, int units, int[] expected) =>
        Assert.Equal(expected, MaskDegrees.FromContext(dimensions, units));

    [Theory]
    [InlineData(4, 7, new[] { 1, 2, 3, 1, 2, 3, 1 })]
    [InlineData(2, 3, new[] { 1, 1, 1 })]
    [InlineData(1, 2, new[] { 0, 0 })]
    public void As_published(int dimensions, int units, int[] expected) =>
        Assert.Equal(expected, MaskDegrees.AsPublished(dimensions, units));
}
