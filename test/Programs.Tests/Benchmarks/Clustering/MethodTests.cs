using global::Clustering;
using global::Clustering.Data;
using global::Clustering.Methods;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Programs.Tests.Benchmarks.Clustering;

public class MethodTests
{
    [Fact]
    public void Information_is_one_for_the_same_up_to_names_and_none_for_independent()
    {
        Assert.Equal(1, MutualInformation.Normalized([0, 0, 1, 1], [5, 5, 3, 3]), 12);
        Assert.Equal(0, MutualInformation.Normalized([0, 0, 1, 1], [0, 1, 0, 1]), 12);
        // By hand: H = ln 2 and 1.5 ln 2, I = ln 2.
        Assert.Equal(2 / 2.5, MutualInformation.Normalized([0, 0, 1, 1], [0, 0, 1, 2]), 12);
    }

    /// <summary>Three long, thin, slanting bands side by side, which k-means cuts across.</summary>
    [Fact]
    public void The_mixture_finds_long_bands_that_KMeans_cuts_across()
    {
        var random = RandomStream.For(3, "bands");
        int[] labels = [.. Enumerable.Range(0, 900).Select(i => i % 3)];
        var points = Array.ConvertAll(labels, band => (Along: 6 * random.NextNormal(), Across: 2 * band + 0.3 * random.NextNormal()));
        float[][] rows = Array.ConvertAll(points, point => new[] { (float)(point.Along + point.Across), (float)(point.Along - point.Across) });
        var data = new LabeledRows("bands", rows, labels);
        Assert.True(MutualInformation.Normalized(labels, new NearestCenters().Cluster(data, seed: 1)) < 0.1);
        Assert.True(MutualInformation.Normalized(labels, new Gaussians().Cluster(data, seed: 1)) > 0.95);
    }

    [Fact]
    public void An_unknown_data_set_lists_the_known() =>
        Assert.Equal(
            "There is no data set 'mons'; known: moons, rings, pinwheel, penguins, pendigits, beijing.",
            Assert.Throws<ArgumentException>(() => DataSets.Load("mons", seed: 1, folder: null)).Message);

    [Fact]
    public void A_file_is_read_without_its_incomplete_rows_and_a_missing_column_is_named()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "flowers.csv");
        File.WriteAllText(path, "kind,width,height\nrose,1,2\ntulip,,3\ntulip,4,5\nrose,6,7\n");
        LabeledRows data = LabeledFile.Read("flowers", path, "kind");
        Assert.Equal([[1, 2], [4, 5], [6, 7]], data.Rows);
        Assert.Equal([0, 1, 0], data.Labels);
        Assert.Equal(2, data.Groups);
        string message = Assert.Throws<InvalidDataException>(() => LabeledFile.Read("flowers", path, "species")).Message;
        Assert.EndsWith("has no column 'species'; it has kind, width, height.", message);
    }
}
