using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class KernelBandwidthTests
{
    private readonly RandomStream _random = new(1);

    [Fact]
    public void It_is_what_a_leave_one_out_search_written_out_finds()
    {
        var rows = new RowTable(2);
        for (int i = 0; i < 60; i++)
            rows.Add([(float)(10 + 3 * _random.NextNormal()), (float)(0.1 * _random.NextNormal())]);
        double found = KernelBandwidth.Of(rows);
        double here = LogLikelihood(rows, found);
        Assert.All(new[] { 0.84, 0.92, 1.09, 1.19 }, factor => Assert.True(LogLikelihood(rows, factor * found) < here + 0.01, $"{factor} of {found}"));
    }

    [Fact]
    public void Bands_that_lie_close_keep_the_gap_between_them()
    {
        var rows = new RowTable(2);
        for (int i = 0; i < 1_000; i++)
        {
            double x = _random.NextUniform();
            rows.Add([(float)x, (float)(x + (i % 2 == 0 ? 0.2 : 0) + 0.01 * _random.NextNormal())]);
        }
        Assert.InRange(KernelBandwidth.Of(rows), 0.02, 0.08);
    }

    [Fact]
    public void It_grows_as_rows_get_few_and_features_many()
    {
        Assert.True(KernelBandwidth.Of(Normals(1_000, 2)) < KernelBandwidth.Of(Normals(50, 2)));
        Assert.True(KernelBandwidth.Of(Normals(50, 2)) < KernelBandwidth.Of(Normals(50, 20)));
    }

    [Fact]
    public void Repeated_rows_and_constant_features_do_not_draw_it_to_nothing()
    {
        var rows = new RowTable(3);
        for (int i = 0; i < 300; i++)
            rows.Add([_random.NextInt(5), _random.NextInt(4), 7]);
        // Steps are about 0.8 standard deviations.
        Assert.InRange(KernelBandwidth.Of(rows), 0.2, 1);
    }

    [Fact]
    public void Rows_that_tell_nothing_give_the_widest()
    {
        Assert.Equal(1, KernelBandwidth.Of(new RowTable(2)));
        var same = new RowTable(2);
        same.Add([1, 2]);
        same.Add([1, 2]);
        Assert.Equal(1, KernelBandwidth.Of(same));
    }

    private RowTable Normals(int count, int dimensions)
    {
        var rows = new RowTable(dimensions);
        for (int i = 0; i < count; i++)
            rows.Add([.. Enumerable.Range(0, dimensions).Select(_ => (float)_random.NextNormal())]);
        return rows;
    }

    private static double LogLikelihood(RowTable rows, double width)
    {
        var moments = new RunningMoments(rows.Dimensions);
        for (int i = 0; i < rows.Count; i++)
            moments.Add(rows[i]);
        double sum = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            double density = 0;
            for (int j = 0; j < rows.Count; j++)
            {
                double squared = 0;
                for (int d = 0; d < rows.Dimensions; d++)
                    squared += Math.Pow((rows[i][d] - rows[j][d]) / moments.StandardDeviation(d), 2);
                if (j != i)
                    density += Math.Exp(-0.5 * squared / (width * width)) / Math.Pow(width, rows.Dimensions);
            }
            sum += Math.Log(density);
        }
        return sum / rows.Count;
    }
}
