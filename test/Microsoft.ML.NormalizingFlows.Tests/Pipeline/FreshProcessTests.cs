using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Tests.Processes;

namespace Microsoft.ML.NormalizingFlows.Tests.Pipeline;

public class FreshProcessTests(SmallFlow small) : IClassFixture<SmallFlow>
{
    /// <summary>
    /// The task of the second process: loads a model and scores rows. Names no type of the library: ML.NET must find what it
    /// needs by itself.
    /// </summary>
    internal static void LoadAndScore(string[] arguments)
    {
        var ml = new MLContext();
        var scored = ml.Model.Load(arguments[0], out _).Transform(ml.Data.LoadFromEnumerable(FeatureRow.Read(arguments[1])));
        File.WriteAllBytes(arguments[2], Scores(scored));
    }

    [Fact]
    public void LoadsAndScoresWithoutBeingTold()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string model = Path.Combine(folder, "model.zip"), rows = Path.Combine(folder, "rows"), output = Path.Combine(folder, "scores");
            small.Ml.Model.Save(small.Chain, small.Train.Schema, model);
            FeatureRow.Write(rows, small.TestRows);
            ChildProcess.Run(nameof(LoadAndScore), model, rows, output);
            Assert.Equal(Scores(small.Chain.Transform(small.Test)), File.ReadAllBytes(output));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

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
