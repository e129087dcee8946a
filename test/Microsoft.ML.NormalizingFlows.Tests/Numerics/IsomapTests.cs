using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Numerics;

public class IsomapTests
{
    // Three quarters of a circle of radius 1, evenly.
    private static RowTable Arc(int count)
    {
        var rows = new RowTable(2);
        for (int i = 0; i < count; i++)
            rows.Add([MathF.Cos(Angle(i, count)), MathF.Sin(Angle(i, count))]);
        return rows;
    }

    private static float Angle(int i, int count) => 1.5f * MathF.PI * i / (count - 1);

    private static double[][] Distances(RowTable rows) => new NeighbourGraph(rows, most: 10).Distances(rows.Count, neighbours: 7);

    [Fact]
    public void Distances_are_lengths_along_the_curve()
    {
        double[][] distances = Distances(Arc(300));
        Assert.Equal(1.5 * Math.PI, distances[0][299], 0.05);
        Assert.Equal(Math.PI, distances[50][250], 0.1 * Math.PI);
        Assert.Equal(distances[20][130], distances[130][20]);
        Assert.Equal(Math.Sqrt(2), Isomap.StraightDistances(Arc(300), 300)[0][299], 1e-5);
    }

    [Fact]
    public void One_coordinate_explains_them_and_the_first_axis_does_not()
    {
        var rows = Arc(300);
        double[][] distances = Distances(rows), along = Isomap.Embed(distances, 1, new RandomStream(1));
        double sign = Math.Sign(along[0][299]);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(Angle(i, 300) - 0.75 * Math.PI, sign * along[0][i], 0.05));
        Assert.InRange(Isomap.Explained(distances, along), 0.999, 1);
        Assert.InRange(Isomap.Explained(distances, Isomap.Embed(Isomap.StraightDistances(rows, rows.Count), 1, new RandomStream(1))), 0, 0.8);
    }

    [Fact]
    public void Straight_distances_in_the_plane_give_its_points_back()
    {
        var random = new RandomStream(2);
        var rows = new RowTable(2);
        for (int i = 0; i < 60; i++)
            rows.Add([(float)(3 * random.NextNormal()), (float)random.NextNormal()]);
        double[][] distances = Isomap.StraightDistances(rows, rows.Count), points = Isomap.Embed(distances, 2, random);
        for (int i = 0; i < 60; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.Equal(distances[i][j], Math.Sqrt(points.Sum(axis => Math.Pow(axis[i] - axis[j], 2))), 1e-3);
        }
    }

    [Fact]
    public void Rows_that_are_no_landmarks_have_their_places_among_them()
    {
        var shuffled = new RowTable(2);
        int[] order = [.. Enumerable.Range(0, 300)];
        new RandomStream(3).Shuffle(order.AsSpan());
        var rows = Arc(300);
        foreach (int i in order)
            shuffled.Add(rows[i]);
        double[][] distances = new NeighbourGraph(shuffled, most: 5).Distances(landmarks: 50, neighbours: 5), along = Isomap.Embed(distances, 1, new RandomStream(1));
        Assert.Equal((50, 300), (distances.Length, distances[0].Length));
        Assert.InRange(Math.Abs(Numbers.Correlation(along[0], [.. order.Select(i => (double)i)])), 0.999, 1);
        Assert.InRange(Isomap.Explained(distances, along), 0.999, 1);
    }

    [Fact]
    public void Groups_that_neighbours_leave_apart_are_linked_by_the_shortest_way()
    {
        var rows = new RowTable(1);
        foreach (float place in new[] { 0f, 100, 150 })
        {
            for (int i = 0; i < 20; i++)
                rows.Add([place + i]);
        }
        double[][] distances = Distances(rows);
        Assert.Equal(150 + 19, distances[0][59], 1e-4);
        Assert.All(distances.SelectMany(row => row), length => Assert.True(double.IsFinite(length)));
    }

    [Fact]
    public void Rows_that_are_all_equal_have_no_distances_to_explain()
    {
        var rows = new RowTable(2);
        for (int i = 0; i < 30; i++)
            rows.Add([1, 2]);
        double[][] distances = Distances(rows), along = Isomap.Embed(distances, 1, new RandomStream(1));
        Assert.All(along[0], value => Assert.Equal(0, value));
        Assert.Equal(0, Isomap.Explained(distances, along));
    }
}
