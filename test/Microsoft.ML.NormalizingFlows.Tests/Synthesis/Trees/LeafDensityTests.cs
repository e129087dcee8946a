using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Trees;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Trees;

/// <summary>Two cells that are categories, then twenty ranks of five hundredths each.</summary>
public class LeafDensityTests
{
    private const int Categories = 2, Ranks = 20;

    private static readonly RankScale s_scale = new([.. Enumerable.Repeat(0.3, Categories), .. Enumerable.Repeat(0.02, Ranks)], Categories);

    [Fact]
    public void A_single_rank_and_categories_stand_for_themselves()
    {
        var leaf = new LeafDensity([0, 1, 7], [3, 1, 4], s_scale, 0.7);
        Assert.Equal(8, leaf.Rows);
        Assert.Equal([3 / 8.0, 1 / 8.0, 0.5, 0], [leaf.Probability(0), leaf.Probability(1), leaf.Probability(7), leaf.Probability(8)]);
    }

    [Fact]
    public void The_last_category_before_a_single_rank_does_not_reach_it() =>
        Assert.Equal([0, 0.5, 0, 0, 0, 0.5], Probabilities([1, 5], [1, 1], 0.7)[..6]);

    [Fact]
    public void Two_ranks_reach_as_far_outward_as_to_each_other()
    {
        // In the middle of their cells, .375 and .625: a quarter apart, and no row below .125 or above .875.
        double[] shares = Probabilities([Categories + 7, Categories + 12], [1, 1], 0.7);
        for (int rank = 0; rank < Ranks; rank++)
            Assert.Equal(rank is >= 2 and <= 17, shares[Categories + rank] > 1e-12);
        // The same from either side.
        for (int rank = 2; rank <= 17; rank++)
            Assert.Equal(shares[Categories + rank], shares[Categories + 19 - rank], 1e-12);
        Assert.Equal(1, shares.Sum(), 1e-12);
    }

    [Theory]
    [InlineData(7, 12, 1, 3)]
    [InlineData(6, 10, 2, 1)]
    public void Outermost_ranks_keep_their_mean(int low, int high, int lowRows, int highRows)
    {
        double[] shares = Probabilities([Categories + low, Categories + high], [lowRows, highRows], 0.7);
        Assert.Equal((low * lowRows + high * highRows) / (double)(lowRows + highRows), Enumerable.Range(0, Ranks).Sum(rank => rank * shares[Categories + rank]), 1e-12);
    }

    /// <summary>As they are where a column hangs on no other: each leaf has some of them, and its kernels must not drive them away from the ends.</summary>
    [Fact]
    public void Ranks_that_leaves_share_out_stay_evenly_spread()
    {
        const int Count = 200, Leaves = 2_000, Rows = 10;
        var scale = new RankScale([.. Enumerable.Repeat(1.0 / Count, Count)], 0);
        var random = RandomStream.For(11, "leaves");
        var shares = new double[Count];
        for (int leaf = 0; leaf < Leaves; leaf++)
        {
            int[] cells = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt(Count)).Distinct().Order()];
            new LeafDensity(cells, [.. cells.Select(_ => 1)], scale, 0.7).AddTo(shares, (double)Count / Leaves);
        }
        // Of an even spread 1; the noise of 20,000 ranks is 0.03 in each twentieth.
        for (int part = 0; part < 20; part++)
            Assert.InRange(shares.AsSpan(part * 10, 10).ToArray().Average(), 0.88, 1.12);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void A_rare_value_is_not_taken_for_the_frequent_one_that_is_next(int rare)
    {
        var leaf = new LeafDensity([0, rare], [9, 1], new RankScale([0.9, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02], 0), 0.7);
        Assert.InRange(leaf.Probability(0), 0.9, 0.905);
    }

    [Fact]
    public void A_kernel_has_the_width_that_was_asked()
    {
        // Five ranks of four hundred, and kernels that end before the leaf does.
        const double Width = 0.2, Gap = 0.15;
        var leaf = new LeafDensity([60, 120, 180, 240, 300], [1, 1, 1, 1, 1], new RankScale([.. Enumerable.Repeat(0.0025, 400)], 0), Width);
        double mean = 0, square = 0;
        for (int cell = 0; cell < 400; cell++)
        {
            double rank = (cell + 0.5) / 400, share = leaf.Probability(cell);
            (mean, square) = (mean + share * rank, square + share * rank * rank);
        }
        Assert.Equal(180.5 / 400, mean, 1e-12);
        // That of the ranks, that of the kernel, and Sheppard's correction.
        Assert.Equal(2 * Gap * Gap + Math.Pow(Width * Gap, 2) + 0.0025 * 0.0025 / 12, square - mean * mean, 1e-6);
    }

    [Fact]
    public void Many_rows_at_one_rank_stay_there() =>
        Assert.Equal(1_000 / 1_001.0, Probabilities([Categories + 4, Categories + 9], [1_000, 1], 0.7)[Categories + 4], 1e-3);

    [Theory]
    [InlineData(1, 0, 4, 9)]
    [InlineData(3, 7, 8, 19)]
    [InlineData(0, 3, 0, 1)]
    [InlineData(0, 3, 1, 2)]
    [InlineData(0, 3, 16, 18)]
    [InlineData(2, 2, 2, 17)]
    public void All_at_once_is_each_alone(int category, int other, int rank, int next)
    {
        int[] cells = [0, 1, Categories + rank, Categories + next], counts = [category, other, 5, 2];
        var leaf = new LeafDensity(cells, counts, s_scale, 0.7);
        var shares = new double[Categories + Ranks];
        leaf.AddTo(shares, 0.25);
        for (int cell = 0; cell < shares.Length; cell++)
            Assert.Equal(0.25 * leaf.Probability(cell), shares[cell], 1e-12);
        Assert.Equal(0.25, shares.Sum(), 1e-12);
    }

    [Fact]
    public void Cells_are_drawn_by_their_probabilities()
    {
        const int Count = 20_000;
        int[] cells = [0, Categories + 2, Categories + 8, Categories + 9], counts = [4, 3, 2, 1];
        double[] shares = Probabilities(cells, counts, 0.7);
        var leaf = new LeafDensity(cells, counts, s_scale, 0.7);
        var random = RandomStream.For(10, "leaf");
        var drawn = new int[shares.Length];
        for (int i = 0; i < Count; i++)
            drawn[leaf.Draw(random)]++;
        for (int cell = 0; cell < shares.Length; cell++)
            Assert.InRange(drawn[cell] - Count * shares[cell], -5 * Math.Sqrt(Count * shares[cell]), 5 * Math.Sqrt(Count * shares[cell]));
    }

    private static double[] Probabilities(int[] cells, int[] counts, double width)
    {
        var leaf = new LeafDensity(cells, counts, s_scale, width);
        var shares = new double[Categories + Ranks];
        for (int cell = 0; cell < shares.Length; cell++)
            shares[cell] = leaf.Probability(cell);
        return shares;
    }
}
