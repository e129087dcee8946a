using Microsoft.ML.NormalizingFlows.Clustering;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

public class ClusterCountTests
{
    [Theory]
    [InlineData(0, "3")]
    [InlineData(0.05, "2 3")]
    [InlineData(0.4, "2 3 4")]
    public void Stable_numbers_are_near_the_best_agreement(double tolerance, string numbers)
    {
        ClusterCandidate[] all = [new(2, 0.96, null), new(3, 1, null), new(4, 0.7, null)];
        Assert.Equal(numbers, string.Join(' ', all.Where(candidate => ClusterCount.IsStable(candidate, all, tolerance)).Select(candidate => candidate.Clusters)));
    }

    [Fact]
    public void Without_agreements_all_numbers_are_stable()
    {
        ClusterCandidate[] all = [new(2, null, null), new(3, null, null)];
        Assert.All(all, candidate => Assert.True(ClusterCount.IsStable(candidate, all, 0)));
    }

    [Fact]
    public void The_greatest_density_is_chosen_and_without_densities_the_greatest_agreement()
    {
        Assert.Equal(4, ClusterCount.Choose([new(2, 1, -3), new(3, 1, null), new(4, 0.96, -2.5), new(5, 0.97, -2.6)]));
        Assert.Equal(3, ClusterCount.Choose([new(2, 0.9, null), new(3, 1, null), new(4, 1, null)]));
        Assert.Equal(2, ClusterCount.Choose([new(2, null, null), new(3, null, null)]));
    }
}
