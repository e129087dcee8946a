using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests.Processes;

namespace Microsoft.ML.NormalizingFlows.Tests.Persistence;

public class FreshProcessTests(SmallFlow small) : IClassFixture<SmallFlow>
{
    /// <summary>
    /// The task of the second process: loads a model and scores rows. Names no type of the library: ML.NET must find what it
    /// needs by itself.
    /// </summary>
    internal static void LoadAndScore(string[] arguments) => File.WriteAllBytes(arguments[2], Scores(OtherProcess.Transformed(arguments)));

    [Fact]
    public void Loads_and_scores_without_being_told() => Assert.Equal(
        Scores(small.Chain.Transform(small.Test)),
        OtherProcess.Output(LoadAndScore, small.Ml, small.Chain, small.Train.Schema, small.TestRows));

    private static byte[] Scores(IDataView scored)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (float value in scored.GetColumn<float>("LogDensity"))
            writer.Write(value);
        foreach (float value in scored.GetColumn<float[]>("LatentProbabilities").SelectMany(values => values))
            writer.Write(value);
        return bytes.ToArray();
    }
}
