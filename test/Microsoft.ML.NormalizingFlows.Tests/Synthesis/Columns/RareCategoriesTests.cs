using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Synthesis.Columns;

namespace Microsoft.ML.NormalizingFlows.Tests.Synthesis.Columns;

/// <summary>Rows of a category (column 0), its region, one of four (column 1), and a number (column 2).</summary>
public class RareCategoriesTests
{
    private const int Categories = 2_000, Groups = 16;

    private readonly RandomStream _random = new(1);

    [Fact]
    public void Categories_of_one_region_share_groups()
    {
        int[] region = [.. Enumerable.Range(0, Categories).Select(_ => _random.NextInt(4))];
        var groups = GroupsOf([.. Draw(6_000).Select(category => new double[] { category, region[category], _random.NextNormal() })])!;
        var mixed = groups.GroupBy(pair => pair.Value, pair => region[(int)pair.Key]).Where(group => group.Distinct().Count() > 1);
        Assert.Empty(mixed);
        Assert.True(groups.Values.Distinct().Count() >= 4);
    }

    [Fact]
    public void Where_nothing_hangs_on_the_category_nothing_tells_them_apart() =>
        Assert.Null(GroupsOf([.. Draw(6_000).Select(category => new double[] { category, _random.NextInt(4), _random.NextNormal() })]));

    [Fact]
    public void A_single_row_says_no_more_of_its_category_than_it_should()
    {
        // Half of the rows have the region of their category, the others any: of two rows of a category, both have one region with chance 1/4 + 3/4 / 4.
        int[] region = [.. Enumerable.Range(0, Categories).Select(_ => _random.NextInt(4))];
        double[][] rows = [.. Draw(6_000).Select(category => new double[] { category, _random.NextUniform() < 0.5 ? region[category] : _random.NextInt(4), 0 })];
        var groups = GroupsOf(rows)!;
        var shares = rows.GroupBy(row => groups[row[0]]).ToDictionary(group => group.Key, group => group.CountBy(row => row[1]).ToDictionary(pair => pair.Key, pair => pair.Value / (double)group.Count()));
        var alone = rows.GroupBy(row => row[0]).Where(category => category.Count() == 1).Select(category => category.Single()).ToArray();
        Assert.InRange(alone.Average(row => shares[groups[row[0]]].GetValueOrDefault(row[1])), 0.35, 0.52);
    }

    [Fact]
    public void Missing_numbers_and_constant_columns_tell_nothing()
    {
        var groups = GroupsOf([.. Draw(6_000).Select(category => new[] { category, 0, category % 2 == 0 ? double.NaN : 7 })]);
        Assert.Null(groups);
    }

    // More frequent the lower.
    private IEnumerable<int> Draw(int rows) => Enumerable.Range(0, rows).Select(_ => (int)(Categories * Math.Pow(_random.NextUniform(), 2)));

    private static IReadOnlyDictionary<double, int>? GroupsOf(double[][] rows)
    {
        Dictionary<double, long> Counts(int column) => rows.CountBy(row => row[column]).ToDictionary(pair => pair.Key, pair => (long)pair.Value);
        var rare = new RareCategories(
            0, Counts(0).OrderByDescending(pair => pair.Value).Select(pair => pair.Key),
            [.. Companion.Of(1, Counts(1), isNumber: false), .. Companion.Of(2, Counts(2), isNumber: true)]);
        foreach (double[] row in rows)
            rare.Add(row);
        return rare.Groups(Groups);
    }
}
