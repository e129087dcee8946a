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

    [Fact]
    public void Flows_that_agree_on_no_number_are_told_of()
    {
        string? doubt = ClusterCount.Doubt([new(2, 0.31, null), new(6, 0.475, null), new(7, 0.2, null)]);
        Assert.StartsWith("The flows agree on no number of clusters: at best their agreement is 0.475, on 6,", doubt);
        Assert.Null(ClusterCount.Doubt([new(2, 0.31, null), new(3, 0.8, null)]));
        // A single flow has no other to agree with.
        Assert.Null(ClusterCount.Doubt([new(2, null, -3), new(3, null, -2)]));
    }
}
