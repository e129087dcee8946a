using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Model;

public class StateDrawTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.19f, 0)]
    [InlineData(0.21f, 2)]
    [InlineData(0.99f, 2)]
    [InlineData(1, 3)]
    public void The_state_is_where_the_sum_passes_the_number(float uniform, int state)
    {
        float[] probabilities = [0.2f, -1, 0, -1, 0.8f, -1, 0];     // every second one
        Assert.Equal(state, StateDraw.Choose(probabilities, 2, uniform));
    }

    [Fact]
    public void States_are_drawn_as_often_as_they_weigh()
    {
        var drawn = new int[20_000];
        StateDraw.Prior(new RandomStream(1), [MathF.Log(0.1f), MathF.Log(0.6f), MathF.Log(0.3f)], 3, drawn);
        Assert.Equal(0.6, drawn.Count(state => state == 1) / 20_000.0, 0.015);
        Assert.Equal(0.1, drawn.Count(state => state == 0) / 20_000.0, 0.01);
    }
}
