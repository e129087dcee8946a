using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

/// <summary>Values that came often by chance come less often in new rows, and by how much is told by the counts alone.</summary>
public class GoodTuringTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_rows_to_come_are_foretold(int count)
    {
        // 20,000 values, some four times as frequent as others; two tables of 20,000 rows.
        var random = RandomStream.For(11, "turing");
        long[] first = Draw(random), second = Draw(random);
        double had = 0, has = 0;
        for (int value = 0; value < first.Length; value++)
        {
            if (first[value] < count || first[value] >= 2 * count)
                continue;
            had += first[value];
            has += second[value];
        }
        var turing = new GoodTuring(first.Where(rows => rows > 0));
        Assert.Equal(has / had, turing.Kept(count), 0.06);
        Assert.InRange(turing.Kept(count), 0, 0.9);
    }

    [Fact]
    public void Values_that_all_have_many_rows_keep_them() =>
        Assert.Equal(1, new GoodTuring(Enumerable.Range(0, 4_000).Select(i => 20L + i % 40)).Kept(20));

    [Fact]
    public void The_last_of_a_crowd_belong_to_it_but_not_who_is_far_from_it()
    {
        var turing = new GoodTuring([.. Enumerable.Repeat(2L, 3_000), .. Enumerable.Repeat(3L, 800), .. Enumerable.Repeat(4L, 150), .. Enumerable.Repeat(5L, 20), 6, 6, 7, 12]);
        Assert.InRange(turing.Kept(5), 0.1, 0.3);
        Assert.Equal(turing.Kept(5), turing.Kept(7));
        Assert.Equal(1, turing.Kept(12));
    }

    [Fact]
    public void A_few_values_are_no_crowd() => Assert.Equal(1, new GoodTuring([.. Enumerable.Repeat(1L, 5_000), .. Enumerable.Repeat(7L, 29)]).Kept(5));

    private static long[] Draw(RandomStream random)
    {
        var counts = new long[20_000];
        for (int row = 0; row < 20_000; row++)
            counts[random.NextInt(5) < 4 ? random.NextInt(10_000) : 10_000 + random.NextInt(10_000)]++;
        return counts;
    }
}
