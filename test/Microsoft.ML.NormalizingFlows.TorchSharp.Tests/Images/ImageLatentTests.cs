using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Images;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>Discrete and continuous latents of images as a whole.</summary>
public sealed class ImageLatentTests
{
    private static ImageSpec Spec(ImageLatent kind, int size, int draws = 1) => ImageSpecs.Of(1, 2, 2, 1, 2, 0) with
    {
        Latent = new ImageLatentSpec { Kind = kind, Size = size, Draws = draws },
    };

    private static double[] LogProbabilities(ImageSpec spec, IReadOnlyList<Model.NamedArray> arrays, float[]? latents = null)
    {
        using var evaluator = new ImageEvaluator(new ImageNetwork(spec, arrays, CPU));
        byte[] all = ImageSpecs.All(spec);
        int count = all.Length / spec.Shape.Values;
        var logs = new float[count];
        evaluator.Score(all, [], count, logs, [], new float[count], [], latents);
        return Array.ConvertAll(logs, log => (double)log);
    }

    [Fact]
    public void With_states_the_probabilities_of_all_images_sum_to_one_and_so_do_those_of_the_states()
    {
        var spec = Spec(ImageLatent.Discrete, 3);
        float[] states = new float[16 * 3];
        double[] logs = LogProbabilities(spec, ImageSpecs.Arrays(spec), states);
        Assert.Equal(1, logs.Sum(Math.Exp), 1e-5);
        Assert.All(states.Chunk(3), shares => Assert.Equal(1, shares.Sum(), 1e-5));
        Assert.True(states.Chunk(3).Max(shares => shares.Max()) > 0.5, "The states make no difference.");
    }

    /// <summary>The mean over draws of what stands in the logarithm is p(x): many draws sum to one over all images, and few are below them in the mean.</summary>
    [Fact]
    public void More_draws_bring_the_bound_of_numbers_closer_to_a_distribution()
    {
        double[] sums = [.. new[] { 1, 16, 1_024 }.Select(draws =>
        {
            var spec = Spec(ImageLatent.Continuous, 2, draws);
            return LogProbabilities(spec, ImageSpecs.Arrays(spec, noise: 0.1f)).Sum(Math.Exp);
        })];
        Assert.Equal(1, sums[2], 0.05);
        double[] one = LogProbabilities(Spec(ImageLatent.Continuous, 2, 1), ImageSpecs.Arrays(Spec(ImageLatent.Continuous, 2), noise: 0.1f));
        double[] many = LogProbabilities(Spec(ImageLatent.Continuous, 2, 1_024), ImageSpecs.Arrays(Spec(ImageLatent.Continuous, 2), noise: 0.1f));
        Assert.True(one.Average() < many.Average(), $"{one.Average()} is not below {many.Average()}.");
    }

    /// <summary>What is learned of numbers is the mean of the bound of one draw: with an analytic divergence, and draws of its own.</summary>
    [Fact]
    public void What_is_learned_is_the_mean_of_one_draw()
    {
        var spec = Spec(ImageLatent.Continuous, 2);
        using var network = new ImageNetwork(spec, ImageSpecs.Arrays(spec, noise: 0.1f), CPU);
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        const int Copies = 4_000;
        byte[] images = [.. Enumerable.Range(0, Copies).SelectMany(_ => new byte[] { 1, 0, 0, 1 })];
        var (planes, _) = network.Inputs(ImagePlanes.Pad(spec, images, Copies), [], Copies);
        double objective = network.Latent!.Objective(planes, null, Copies, RandomStream.For(1, "draws")).mean().item<float>();
        double exact = LogProbabilities(Spec(ImageLatent.Continuous, 2, 4_096), ImageSpecs.Arrays(spec, noise: 0.1f))[9];
        Assert.True(objective < exact + 0.02, $"The bound {objective} is above {exact}.");
        Assert.True(objective > exact - 3, $"The bound {objective} is far from {exact}.");
    }

    [Theory]
    [InlineData(ImageLatent.Discrete, ImageFlow.Polyphase, "Exact")]
    [InlineData(ImageLatent.Continuous, ImageFlow.GaussianDecoder, "ImportanceWeightedBound(8), DequantizationBound(1)")]
    public void Every_latent_learns_with_every_flow_and_is_saved_and_drawn(ImageLatent latent, ImageFlow flow, string densityKind)
    {
        var ml = new MLContext(seed: 1);
        var options = SmallPictures.Options(epochs: 4);
        (options.Flow, options.Latent, options.LatentStates, options.LatentDimensions) = (flow, latent, 3, 4);
        (options.PixelBitsColumnName, options.LatentColumnName) = (null, "Latent");
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(SmallPictures.View(ml, SmallPictures.Draw(800, seed: 1)));
        var view = SmallPictures.View(ml, SmallPictures.Draw(200, seed: 2));
        var scored = model.Transform(view);
        ReadOnlyMemory<char> kind = default;
        scored.Schema["LogDensity"].Annotations.GetValue("DensityKind", ref kind);
        Assert.Equal(densityKind, kind.ToString());
        Assert.InRange(scored.GetColumn<float>("BitsPerDimension").Average(), SmallPictures.Entropy - 0.03, 2.2);
        float[][] latents = [.. scored.GetColumn<float[]>("Latent")];
        Assert.All(latents, values => Assert.Equal(latent == ImageLatent.Discrete ? 3 : 4, values.Length));
        using var file = new MemoryStream();
        ml.Model.Save(model, view.Schema, file);
        var loaded = (ImageVariationalFlowTransformer)ml.Model.Load(file, out _);
        Assert.Equal(scored.GetColumn<float>("LogDensity"), loaded.Transform(view).GetColumn<float>("LogDensity"));
        Assert.Equal(model.Sample(3, seed: 1).GetColumn<float[]>("Pixels"), loaded.Sample(3, seed: 1).GetColumn<float[]>("Pixels"));
    }

    [Fact]
    public void A_column_of_a_latent_that_is_not_there_is_refused()
    {
        var transforms = new MLContext().Transforms;
        Assert.StartsWith(
            "LatentColumnName is 'Latent', but Latent is None: set it to Discrete or Continuous, or leave the column out.",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { LatentColumnName = "Latent" })).Message);
        Assert.StartsWith(
            "PixelBitsColumnName is 'Bits', but with a latent that is Continuous",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Latent = ImageLatent.Continuous, PixelBitsColumnName = "Bits" })).Message);
    }
}
