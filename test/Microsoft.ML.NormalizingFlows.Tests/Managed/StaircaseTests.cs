using Microsoft.ML.NormalizingFlows.Managed.Layout;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

public class StaircaseTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ends_and_starts_are_the_edges_of_the_mask(bool strict)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var random = new RandomStream(seed);
            int[] inputs = Degrees(random), outputs = Degrees(random);
            var mask = new Staircase(inputs, outputs, strict);
            Assert.Equal(outputs.Length, mask.Ends.Length);
            Assert.Equal(inputs.Length, mask.Starts.Length);
            for (int output = 0; output < outputs.Length; output++)
            {
                for (int input = 0; input < inputs.Length; input++)
                {
                    bool sees = strict ? inputs[input] < outputs[output] : inputs[input] <= outputs[output];
                    Assert.Equal(sees, input < mask.Ends[output]);
                    Assert.Equal(sees, output >= mask.Starts[input]);
                }
            }
        }
    }

    private static int[] Degrees(RandomStream random) =>
        [.. Enumerable.Range(0, random.NextInt(12)).Select(_ => random.NextInt(6)).Order()];
}
