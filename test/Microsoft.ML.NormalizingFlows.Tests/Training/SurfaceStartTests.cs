using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class SurfaceStartTests
{
    // A sheet of which one side is rolled up and the other is straight.
    private static float[] Sheet(RandomStream random)
    {
        double t = Math.PI * (1.5 + 3 * random.NextUniform());
        return [(float)(t * Math.Cos(t)), (float)(t * Math.Sin(t)), 20 * (float)random.NextUniform()];
    }

    [Fact]
    public void A_rolled_up_sheet_has_the_coordinates_of_the_sheet()
    {
        float[][] rows = Draw(Sheet, 2_000);
        var start = Find(rows, latent: 2)!;
        Assert.Equal(start.Centers.Length, start.Coordinates.Length);
        double[][] centers = [.. Enumerable.Range(0, 3).Select(Center)];
        // The distance from the axis of the roll grows along it.
        double[] along = [.. centers[0].Zip(centers[1], (x, y) => Math.Sqrt(x * x + y * y))];
        // In units of standard deviations the rolled up side is the longer one.
        Assert.InRange(Math.Abs(Numbers.Correlation(along, [.. start.Coordinates.Select(point => (double)point[0])])), 0.9, 1);
        Assert.InRange(Math.Abs(Numbers.Correlation(centers[2], [.. start.Coordinates.Select(point => (double)point[1])])), 0.9, 1);
        foreach (int axis in new[] { 0, 1 })
            Assert.Equal(1, Math.Sqrt(start.Coordinates.Average(point => (double)point[axis] * point[axis])), 0.01);

        double[] Center(int feature)
        {
            double mean = rows.Average(row => (double)row[feature]), deviation = Math.Sqrt(rows.Average(row => Math.Pow(row[feature] - mean, 2)));
            return [.. start.Centers.Select(center => mean + deviation * center[feature])];
        }
    }

    [Fact]
    public void The_surface_of_a_ball_has_none_of_one_dimension() => Assert.Null(Find(Draw(Ball, 2_000), latent: 1));

    private static float[] Ball(RandomStream random)
    {
        double[] at = [random.NextNormal(), random.NextNormal(), random.NextNormal()];
        return [.. at.Select(value => (float)(value / Math.Sqrt(at.Sum(other => other * other))))];
    }

    [Fact]
    public void A_plane_needs_none() =>
        Assert.Null(Find(Draw(random => [(float)random.NextNormal(), (float)(3 * random.NextNormal()), (float)(0.01 * random.NextNormal())], 2_000), latent: 2));

    [Fact]
    public void As_many_dimensions_as_features_and_few_rows_have_none()
    {
        Assert.Null(Find(Draw(Sheet, 2_000), latent: 3));
        Assert.Null(Find(Draw(Sheet, 99), latent: 2));
    }

    [Fact]
    public void Wide_tables_have_none()
    {
        Assert.NotNull(Find(Draw(random => Copies(random, 85), 2_000), latent: 2));
        Assert.Null(Find(Draw(random => Copies(random, 86), 2_000), latent: 2));

        static float[] Copies(RandomStream random, int count) => [.. Enumerable.Repeat(Sheet(random), count).SelectMany(row => row)];
    }

    private static float[][] Draw(Func<RandomStream, float[]> row, int count)
    {
        var random = new RandomStream(1);
        return [.. Enumerable.Range(0, count).Select(_ => row(random))];
    }

    private static SurfaceStart? Find(float[][] rows, int latent)
    {
        var spec = new FlowArchitecture { Dimensions = rows[0].Length, Layers = 1, HiddenUnits = 8, EncoderHiddenUnits = 8, LatentDimensions = latent, Seed = 1 }.ToSpec();
        return SurfaceStart.Find(spec, TrainingData.Read(new ArrayRows(rows), null, new TrainingSettings(), seed: 1), seed: 1);
    }
}
