using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class TrimmedCoreTests
{
    private readonly RandomStream _random = new(1);

    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public void A_cluster_of_anomalies_is_left_out_though_it_is_dense(double? contamination)
    {
        var rows = new RowTable(3);
        Draw(rows, 450, center: 0, deviation: 1);
        Draw(rows, 50, center: 6, deviation: 0.05);
        var core = new TrimmedCore(rows, contamination);
        Assert.InRange(Kept(core, rows, 0, 450), 420, 450);
        Assert.Equal(0, Kept(core, rows, 450, 500));
        Assert.Equal(Kept(core, rows, 0, 500), core.Rows.Count);
    }

    [Fact]
    public void Groups_that_are_a_good_part_of_the_rows_are_kept_wherever_they_stand()
    {
        var rows = new RowTable(2);
        Draw(rows, 200, center: -5, deviation: 1);
        Draw(rows, 200, center: 0, deviation: 0.5);
        Draw(rows, 200, center: 5, deviation: 1);
        var core = new TrimmedCore(rows, contamination: null);
        Assert.InRange(Kept(core, rows, 0, 200), 170, 200);
        Assert.InRange(Kept(core, rows, 200, 400), 170, 200);
        Assert.InRange(Kept(core, rows, 400, 600), 170, 200);
    }

    // Three tenths of the rows reach into other groups, which some have near and some far.
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(20)]
    public void Where_rows_lie_in_many_groups_no_group_is_left_out(int groups)
    {
        const int InEach = 60;
        var rows = new RowTable(6);
        for (int group = 0; group < groups; group++)
        {
            var center = Enumerable.Range(0, 6).Select(_ => 5 * (float)_random.NextNormal()).ToArray();
            for (int i = 0; i < InEach; i++)
                rows.Add([.. center.Select(value => value + 0.3f * (float)_random.NextNormal())]);
        }
        // And a few between them.
        Draw(rows, 10, center: 0, deviation: 4);
        var core = new TrimmedCore(rows, contamination: null);
        Assert.All(Enumerable.Range(0, groups), group => Assert.InRange(Kept(core, rows, group * InEach, (group + 1) * InEach), 0.8 * InEach, InEach));
        Assert.InRange(Kept(core, rows, groups * InEach, rows.Count), 0, 3);
    }

    [Fact]
    public void The_fence_is_drawn_again_without_the_rows_that_hid_others()
    {
        // So many at 4 that the first fence, drawn by all rows, may keep some of them.
        var rows = new RowTable(3);
        Draw(rows, 400, center: 0, deviation: 1);
        Draw(rows, 90, center: 4, deviation: 0.1);
        Assert.Equal(0, Kept(new TrimmedCore(rows, contamination: null), rows, 400, 490));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void No_more_than_a_fifth_is_left_out(int features)
    {
        var rows = new RowTable(features);
        Draw(rows, 500, center: 0, deviation: 1);
        Assert.InRange(Kept(new TrimmedCore(rows, contamination: null), rows, 0, 500), 400, 499);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void Of_one_or_two_features_hardly_a_good_row_is_left_out(int features, bool isUniform)
    {
        const int Tables = 8, InEach = 450;
        int kept = 0;
        for (int table = 0; table < Tables; table++)
        {
            var rows = new RowTable(features + 1);      // and one that is constant
            for (int i = 0; i < InEach; i++)
                rows.Add([.. Enumerable.Range(0, features).Select(_ => (float)(isUniform ? _random.NextUniform() : _random.NextNormal())), 7]);
            kept += Kept(new TrimmedCore(rows, contamination: null), rows, 0, InEach);
        }
        Assert.InRange(kept, (isUniform ? 1 : 0.985) * Tables * InEach, Tables * InEach);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_one_or_two_features_a_dense_tenth_that_stands_apart_is_left_out(int features)
    {
        var rows = new RowTable(features);
        Draw(rows, 450, center: 0, deviation: 1);
        for (int i = 0; i < 50; i++)
            rows.Add([(float)(6 + 0.1 * _random.NextNormal()), .. new float[features - 1]]);
        var core = new TrimmedCore(rows, contamination: null);
        Assert.InRange(Kept(core, rows, 0, 450), 430, 450);
        Assert.Equal(0, Kept(core, rows, 450, 500));
    }

    // A tenth of all rows were said to be anomalies; of those that are trained on, 59 of 500 are by chance.
    [Fact]
    public void No_anomaly_is_kept_where_there_are_a_few_more_than_the_share_that_was_told()
    {
        var rows = new RowTable(6);
        Draw(rows, 441, center: 0, deviation: 1);
        Draw(rows, 59, center: 3, deviation: 0.1);
        Assert.Equal(0, Kept(new TrimmedCore(rows, contamination: 0.1), rows, 441, 500));
    }

    [Fact]
    public void Nothing_is_left_out_where_the_middle_half_is_the_same()
    {
        var rows = new RowTable(1);
        for (int i = 0; i < 90; i++)
            rows.Add([3]);
        Draw(rows, 10, center: 0, deviation: 1);
        Assert.Equal(100, Kept(new TrimmedCore(rows, contamination: null), rows, 0, 100));
    }

    [Fact]
    public void Fewer_rows_than_features_and_constant_features_are_no_obstacle()
    {
        var rows = new RowTable(30);
        for (int i = 0; i < 10; i++)
            rows.Add([7, .. Enumerable.Range(1, 29).Select(_ => (float)_random.NextNormal())]);
        Assert.Equal(5, Kept(new TrimmedCore(rows, contamination: 0.2), rows, 0, 10));
        Assert.InRange(Kept(new TrimmedCore(rows, contamination: null), rows, 0, 10), 5, 10);
    }

    // Chance would make it 9.
    [Fact]
    public void Of_a_few_rows_no_more_than_half_is_left_out()
    {
        var rows = new RowTable(2);
        Draw(rows, 11, center: 0, deviation: 1);
        Assert.Equal(6, Kept(new TrimmedCore(rows, contamination: 0.45), rows, 0, 11));
        Assert.Equal(5, TrimmedCore.MostAnomalies(0.45, 11));
        Assert.Equal(0, TrimmedCore.MostAnomalies(0, 11));
    }

    [Fact]
    public void Rows_that_it_has_not_seen_are_judged_alike()
    {
        var rows = new RowTable(2);
        Draw(rows, 500, center: 2, deviation: 3);
        var core = new TrimmedCore(rows, contamination: 0.2);
        var others = new RowTable(2);
        Draw(others, 1_000, center: 2, deviation: 3);
        Assert.InRange(Kept(core, others, 0, 1_000), 700, 830);
        Assert.False(core.Keeps([30, 30]));
    }

    private static int Kept(TrimmedCore core, RowTable rows, int from, int to) => Enumerable.Range(from, to - from).Count(i => core.Keeps(rows[i]));

    private void Draw(RowTable rows, int count, double center, double deviation)
    {
        for (int i = 0; i < count; i++)
            rows.Add([.. Enumerable.Range(0, rows.Dimensions).Select(_ => (float)(center + deviation * _random.NextNormal()))]);
    }
}
