using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Tests.Model;

public class LatentUsageTests
{
    [Fact]
    public void Certain_and_even_posteriors_tell_log_K()
    {
        var usage = new LatentUsage(4);
        for (int i = 0; i < 8; i++)
            usage.Add([.. Enumerable.Range(0, 4).Select(k => k == i % 4 ? 1f : 0f)]);
        Assert.Equal(Math.Log(4), usage.MutualInformation, 12);
        Assert.Equal(4, usage.StatesUsed);
    }

    [Fact]
    public void An_ignored_and_a_collapsed_latent_tell_nothing()
    {
        var ignored = new LatentUsage(4);
        var collapsed = new LatentUsage(4);
        for (int i = 0; i < 8; i++)
        {
            ignored.Add([0.25f, 0.25f, 0.25f, 0.25f]);
            collapsed.Add([0f, 1f, 0f, 0f]);
        }
        Assert.Equal(0, ignored.MutualInformation, 6);
        Assert.Equal(0, collapsed.MutualInformation, 12);
        Assert.Equal(1, collapsed.StatesUsed);
        Assert.Equal(0, new LatentUsage(3).MutualInformation);
    }
}
