using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

public class FlowStartTests
{
    public static TheoryData<string> Cases => [.. CompiledCases.Names];

    /// <summary>What the description lists is what either engine reads and gives.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_engines_have_the_parameters_of_the_description(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        var spec = architecture.ToSpec();
        float[] shift = [.. Enumerable.Range(0, architecture.RowWidth).Select(i => 0.5f * i)];
        float[] scale = [.. Enumerable.Range(0, architecture.RowWidth).Select(i => 1 + 0.5f * i)];
        var start = FlowStart.Create(spec, architecture.Seed, shift, scale);
        using var flow = FlowArrays.Build(spec, start);
        using var learner = new ManagedEngine().CreateLearner(spec, start, new LearnerSettings(0, 5, null, ComputeDevice.Cpu with { Threads = 1 }));
        foreach (var arrays in new[] { FlowArrays.Extract(flow), learner.ExtractWeights() })
        {
            var found = arrays.ToDictionary(array => array.Name);
            Assert.Equal(spec.Parameters().Select(parameter => parameter.Name).Order(), found.Keys.Order());
            foreach (var parameter in spec.Parameters())
                Assert.Equal(parameter.Shape, found[parameter.Name].Shape);
        }
    }

    [Fact]
    public void A_seed_gives_the_same_start_and_another_another()
    {
        var spec = CompiledCases.Architecture("coupling spline").ToSpec();
        float[] Values(ulong seed) => [.. FlowStart.Create(spec, seed, new float[5], new float[5]).SelectMany(array => array.Values)];
        Assert.Equal(Values(3), Values(3));
        Assert.NotEqual(Values(3), Values(4));
    }
}
