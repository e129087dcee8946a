using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

public class FlowStartTests
{
    public static TheoryData<string> Cases => [.. CompiledCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TrainingStartsFromTheValuesOfAFreshFlow(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        float[] shift = [.. Enumerable.Range(0, architecture.Dimensions).Select(i => 0.5f * i)];
        float[] scale = [.. Enumerable.Range(0, architecture.Dimensions).Select(i => 1 + 0.5f * i)];
        using var flow = new VariationalFlow(architecture, shift, scale);
        var expected = FlowArrays.Extract(flow).ToDictionary(array => array.Name);
        var actual = FlowStart.Create(architecture, shift, scale);
        Assert.Equal(expected.Keys.Order(), actual.Select(array => array.Name).Order());
        foreach (var array in actual)
        {
            Assert.Equal(expected[array.Name].Shape, array.Shape);
            Assert.Equal(expected[array.Name].Values, array.Values);
        }
    }
}
