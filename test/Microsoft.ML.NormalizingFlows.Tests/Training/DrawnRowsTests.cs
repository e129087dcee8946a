using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

public class DrawnRowsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Exactly_so_many_are_drawn_and_the_others_are_the_rest(int drawn)
    {
        var source = new ArrayRows([.. Enumerable.Range(0, 20).Select(i => new float[] { i })], 1);
        float[] chosen = Read(new DrawnRows(source, 20, drawn, seed: 3, others: false));
        float[] rest = Read(new DrawnRows(source, 20, drawn, seed: 3, others: true));
        Assert.Equal(drawn, chosen.Length);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (float)i), chosen.Concat(rest).Order());
        Assert.Equal(chosen, Read(new DrawnRows(source, 20, drawn, seed: 3, others: false)));
    }

    [Fact]
    public void Each_row_is_drawn_equally_often()
    {
        var source = new ArrayRows([.. Enumerable.Range(0, 10).Select(i => new float[] { i })], 1);
        var times = new int[10];
        for (ulong seed = 0; seed < 4_000; seed++)
            foreach (float row in Read(new DrawnRows(source, 10, 3, seed, others: false)))
                times[(int)row]++;
        Assert.All(times, count => Assert.InRange(count, 1_100, 1_300));
    }

    private static float[] Read(DrawnRows rows)
    {
        using var reader = rows.Open();
        var read = new List<float>();
        var row = new float[1];
        while (reader.Read(row))
            read.Add(row[0]);
        return [.. read];
    }
}
