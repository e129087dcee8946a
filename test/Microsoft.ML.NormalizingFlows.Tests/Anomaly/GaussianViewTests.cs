using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class GaussianViewTests
{
    private const int Features = 10;

    [Fact]
    public void The_middle_of_a_ring_in_two_of_ten_features_is_odder_than_all_but_few_rows_on_it()
    {
        var view = GaussianView.Of(Ring(1_000, seed: 1), new RandomStream(1))!;
        // A single Gaussian is greatest in the middle.
        Assert.InRange(view.Mixture.Components.Count, 5, GaussianView.MaximumGaussians + 1);
        var others = Ring(300, seed: 2);
        double[] on = [.. Enumerable.Range(0, others.Count).Select(i => view.Surprise(others[i])).Order()];
        int within = 0;
        for (int i = 0; i < others.Count; i++)
        {
            var row = others[i];
            (row[0], row[1]) = (0.2f * row[0], 0.2f * row[1]);
            within += view.Surprise(row) > on[^15] ? 1 : 0;
        }
        Assert.InRange(within, 0.9 * others.Count, others.Count);
    }

    [Fact]
    public void Of_Gaussian_rows_the_oddness_is_the_share_that_is_as_far_out()
    {
        var random = new RandomStream(3);
        var rows = new RowTable(3);
        for (int i = 0; i < 2_000; i++)
            rows.Add([(float)random.NextNormal(), (float)random.NextNormal(), (float)random.NextNormal()]);
        var view = GaussianView.Of(rows, new RandomStream(1))!;
        // The distance from the middle beyond which nine tenths of three Normal numbers lie is 0.764, half lie beyond 1.538.
        Assert.Equal(-Math.Log(0.9), view.Surprise([0.764f, 0, 0]), 0.1);
        Assert.Equal(-Math.Log(0.5), view.Surprise([0, 0, -1.538f]), 0.15);
    }

    [Fact]
    public void There_is_none_of_few_rows_or_of_long_ones()
    {
        Assert.Null(GaussianView.Of(Ring(9, seed: 1), new RandomStream(1)));
        Assert.NotNull(GaussianView.Of(Ring(10, seed: 1), new RandomStream(1)));
        var wide = new RowTable(GaussianView.MaximumDimensions + 1);
        for (int i = 0; i < 20; i++)
            wide.Add(new float[GaussianView.MaximumDimensions + 1]);
        Assert.Null(GaussianView.Of(wide, new RandomStream(1)));
    }

    [Fact]
    public void Rows_that_are_the_same_and_rows_far_out_have_a_number()
    {
        var rows = new RowTable(2);
        for (int i = 0; i < 50; i++)
            rows.Add([i % 3 - 1, 0]);
        var view = GaussianView.Of(rows, new RandomStream(1))!;
        double usual = view.Surprise([1, 0]), unseen = view.Surprise([1, 7]), far = view.Surprise([LocalStates.Farthest, -LocalStates.Farthest]);
        Assert.True(unseen > usual + 3, $"{usual}, {unseen}");
        Assert.True(far > unseen && double.IsFinite(far), $"{unseen}, {far}");
    }

    private static RowTable Ring(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        var rows = new RowTable(Features);
        var row = new float[Features];
        for (int i = 0; i < count; i++)
        {
            double angle = 2 * Math.PI * random.NextUniform();
            for (int j = 0; j < Features; j++)
                row[j] = (float)random.NextNormal();
            (row[0], row[1]) = ((float)(1.41 * Math.Cos(angle) + 0.14 * row[0]), (float)(1.41 * Math.Sin(angle) + 0.14 * row[1]));
            rows.Add(row);
        }
        return rows;
    }
}
