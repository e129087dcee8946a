using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Clustering;
using Microsoft.ML.NormalizingFlows.Tests.Processes;

namespace Microsoft.ML.NormalizingFlows.Tests.Clustering;

public class SavedClusteringTests(Moons moons) : IClassFixture<Moons>
{
    /// <summary>The task of the second process: loads a clustering and scores rows; names no type of the library.</summary>
    internal static void LoadAndCluster(string[] arguments) => File.WriteAllText(arguments[2], Text(OtherProcess.Transformed(arguments)));

    [Fact]
    public void Another_process_clusters_the_same()
    {
        byte[] output = OtherProcess.Output(LoadAndCluster, moons.Ml, moons.Model, moons.Train.Schema, [.. moons.Rows.Select(row => row.Features)]);
        Assert.Equal(Text(moons.Model.Transform(moons.Test)), Encoding.UTF8.GetString(output));
    }

    [Fact]
    public void The_report_is_saved_too()
    {
        using var stream = new MemoryStream();
        moons.Ml.Model.Save(moons.Model, moons.Train.Schema, stream);
        stream.Position = 0;
        using var loaded = Assert.IsType<NormalizingVariationalFlowClusteringTransformer>(moons.Ml.Model.Load(stream, out _));
        Assert.Equal(moons.Model.Report.Shares, loaded.Report.Shares);
        Assert.Equal(moons.Model.Report.ClusterOfState, loaded.Report.ClusterOfState);
        Assert.Equal(moons.Model.Flow.Report, loaded.Flow.Report);
    }

    [Fact]
    public void The_numbers_that_were_tried_are_saved()
    {
        ClusterCandidate[] candidates = [new(2, 0.98, -1.5), new(3, 0.4, null), new(4, null, null)];
        using var reader = new BinaryReader(new MemoryStream(Content(moons.Model.Report with { Candidates = candidates })));
        Assert.Equal(candidates, ClusteringContent.Read(reader, 16).Report.Candidates);
    }

    [Theory]
    [InlineData(15, "fit 15 latent states")]
    [InlineData(16, null)]
    public void Clusters_that_do_not_fit_the_flow_are_refused(int states, string? message) => ReadAgain(Content(), states, message);

    [Fact]
    public void Damage_is_told_in_one_sentence()
    {
        byte[] bytes = Content();
        bytes[^5] ^= 1;
        ReadAgain(bytes, 16, "checksum");
        ReadAgain(Content()[..^9], 16, "bytes of content");
        bytes = Content();
        bytes[0] ^= 1;
        ReadAgain(bytes, 16, "does not hold a clustering");
        ReadAgain(Content(moons.Model.Report with { ClusterOfState = [.. Enumerable.Repeat(2, 16)] }), 16, "do not fit");
        ReadAgain(Content(moons.Model.Report with { Shares = null! }), 16, "are missing");
        ReadAgain(Content(moons.Model.Report with { Candidates = [null!] }), 16, "the numbers that were tried are impossible");
    }

    private byte[] Content(ClusteringReport? report = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            new ClusteringContent(new ClusterColumns("A", null, "C", "D"), report ?? moons.Model.Report).Write(writer);
        return stream.ToArray();
    }

    private static void ReadAgain(byte[] bytes, int states, string? message)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (message is null)
            Assert.Equal(new ClusterColumns("A", null, "C", "D"), ClusteringContent.Read(reader, states).Columns);
        else
            Assert.Contains(message, Assert.Throws<FormatException>(() => ClusteringContent.Read(reader, states)).Message);
    }

    private static string Text(IDataView scored) => string.Join(
        '\n', scored.GetColumn<uint>("PredictedLabel").Zip(scored.GetColumn<float[]>("Score"), (label, score) => $"{label}: {string.Join(' ', score)}"));
}
