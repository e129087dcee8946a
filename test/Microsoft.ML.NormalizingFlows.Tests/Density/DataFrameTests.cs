using Microsoft.Data.Analysis;

namespace Microsoft.ML.NormalizingFlows.Tests.Density;

public class DataFrameTests
{
    [Fact]
    public void A_DataFrame_is_scored_and_sampled_as_data_frames()
    {
        var ml = new MLContext(seed: 1);
        var rows = GaussianMixture.Ring(2, 3, 0.5).Draw(200, seed: 1).Rows;
        var frame = new DataFrame(
            new SingleDataFrameColumn("Height", rows.Select(row => row[0])), new SingleDataFrameColumn("Weight", rows.Select(row => row[1])));
        var options = new NormalizingVariationalFlowOptions
        {
            LatentClusterColumnName = null,
            LatentClusterIndexColumnName = "Cluster",
            Flow = { Latent = FlowLatent.Discrete(2) with { EncoderHiddenUnits = 4 }, Layers = 1, HiddenUnits = 4 },
            Training = { Epochs = 2 },
        };
        using var model = ml.Transforms.Concatenate("Features", "Height", "Weight")
            .Append(ml.Transforms.NormalizingVariationalFlow(options)).Fit(frame);

        var scored = model.Transform(frame).ToDataFrame(-1, "Height", "LogDensity", "Cluster");
        Assert.Equal(200, scored.Rows.Count);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(rows[i][0], scored["Height"][i]);
            Assert.True(float.IsFinite((float)scored["LogDensity"][i]));
            Assert.InRange((int)scored["Cluster"][i], 0, 1);
        }
        Assert.Equal(50, model.LastTransformer.Sample(50, seed: 2).ToDataFrame(-1).Rows.Count);
    }
}
