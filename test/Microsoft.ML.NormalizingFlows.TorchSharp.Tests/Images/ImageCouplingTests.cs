using Microsoft.ML.Data;
using Microsoft.ML.NormalizingFlows.Images;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Images;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Images;

/// <summary>What every coupling flow of images promises, whatever its map.</summary>
public sealed class ImageCouplingTests
{
    private const int Size = 4, Context = 2;

    private static readonly Dictionary<string, ImageCouplingSpec> s_flows = new()
    {
        ["RealNvp"] = new() { Map = new AffineMapSpec(), Steps = 6, MixedFrom = ImageCouplingSpec.Scales },
        ["Glow"] = new() { Map = new AffineMapSpec(AffineScale.Sigmoid), Steps = 2, MixedFrom = 0 },
        ["Spline"] = new() { Map = new RationalQuadraticSplineMapSpec(4, 8, 1), Steps = 2, MixedFrom = 1 },
        ["Mixture"] = new() { Map = new MixtureMapSpec(MixtureComponent.Logistic, 3), Steps = 2, MixedFrom = 1, LearnsNoise = true },
        ["Attention"] = new() { Map = new AffineMapSpec(AffineScale.Sigmoid), Steps = 2, MixedFrom = 1, HasAttention = true },
        ["Maximum"] = new() { Map = new MixtureMapSpec(MixtureComponent.Logistic, 3), Steps = 2, MixedFrom = 1, PoolsMaxima = true },
        ["Absolute"] = new() { Map = new AffineMapSpec(AffineScale.Sigmoid), Steps = 2, MixedFrom = 1, TakesAbsolutes = true },
        ["Residual"] = new() { Map = new AffineMapSpec(), Steps = 2, MixedFrom = 0, IsResidual = true },
        ["Prior"] = new() { Map = new AffineMapSpec(), Steps = 2, MixedFrom = 0, HasAutoregressivePrior = true },
        ["All"] = new() { Map = new AffineMapSpec(), Steps = 2, MixedFrom = 1, LearnsNoise = true, HasAttention = true, PoolsMaxima = true, HasAutoregressivePrior = true },
        ["Decoder"] = new() { Map = new AffineMapSpec(), Steps = 0, MixedFrom = ImageCouplingSpec.Scales },
    };

    public static TheoryData<string, bool> Flows()
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in s_flows.Keys)
        {
            data.Add(name, false);
            data.Add(name, true);
        }
        return data;
    }

    private static ImageSpec Spec(string name, bool hasContext, int bits = 2, int size = Size) =>
        ImageSpecs.Of(1, size, size, bits, 0, 0, hasContext ? Context : 0) with { Blocks = 1, Couplings = s_flows[name] };

    private static Tensor Normal(int seed, params long[] shape)
    {
        var random = RandomStream.For((ulong)seed, "points");
        return tensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => random.NextNormal()).ToArray(), shape);
    }

    [Theory, MemberData(nameof(Flows))]
    public void There_and_back_is_the_same_image_and_the_log_determinant_is_that_of_the_Jacobian(string name, bool hasContext)
    {
        var spec = Spec(name, hasContext);
        using var weights = new ImageWeights(spec, ImageSpecs.Arrays(spec, noise: 0.15f), CPU, float64);
        using var chain = new ImageChain(spec.Couplings!.Layers(spec), spec, weights);
        using var scope = NewDisposeScope();
        bool hasSigns = spec.Couplings.TakesAbsolutes, isBijective = !spec.Couplings.PoolsMaxima && !hasSigns;
        foreach (int count in new[] { 0, 1, 3 })
        {
            var x = Normal(1, count, Size, Size, 1);
            var open = RandomStream.For(1, "what a layer leaves open");
            var given = new Conditions(hasContext ? Normal(2, count, Context) : null, null) { Uniform = _ => open.NextUniform() };
            var (y, log) = chain.Forward(x, given);
            Assert.Equal([count, Size * Size], y.shape);
            Assert.Equal([count], log.shape);
            var (back, logBack) = chain.Inverse(y, given);
            Assert.Equal(x.shape, back.shape);
            if (count == 0)
                continue;
            // Where a layer forgets which pixel is the largest, or a sign, another image may come back, which is mapped to the same.
            Assert.Equal(isBijective, (back - x).abs().max().item<double>() < 1e-8);
            var (again, logAgain) = chain.Forward(back, given);
            Assert.InRange((again - y).abs().max().item<double>(), 0, 1e-8);
            Assert.InRange(logAgain.Plus(logBack).abs().max().item<double>(), 0, 1e-8);
            // A row of the Jacobian for each value of the noise, of the first image.
            var one = x.narrow(0, 0, 1).detach().requires_grad_(true);
            var first = new Conditions(given.Context?.narrow(0, 0, 1), null);
            var values = chain.Forward(one, first).Value;
            var rows = Enumerable.Range(0, Size * Size).Select(i => autograd.grad([values[0, i]], [one], retain_graph: true)[0].reshape(-1)).ToArray();
            double determinant = linalg.slogdet(stack(rows, 0)).Item2.item<double>(), left = determinant - log[0].item<double>();
            // Of four channels on the second scale each has one of four places, which is left open. Of eight signs it is the probability, which is for another test.
            if (hasSigns)
                Assert.InRange(left, 8 * Math.Log(2) / 4, 8 * Math.Log(2) * 4);
            else
                Assert.Equal(isBijective ? 0 : 4 * Math.Log(4), left, 1e-8);
            if (hasContext)
                Assert.True((chain.Forward(x, new Conditions(given.Context!.Plus(1), null)).Value - y).abs().max().item<double>() > 1e-3, "The context makes no difference.");
        }
    }

    [Theory, MemberData(nameof(Flows))]
    public void Every_array_that_is_learned_has_a_gradient(string name, bool hasContext)
    {
        // On the second scale a lattice of 2 x 2: a single pixel would see the middle of a kernel alone.
        const int Count = 12, Wide = 2 * Size;
        var spec = Spec(name, hasContext, size: Wide);
        using var network = new ImageNetwork(spec, ImageSpecs.Arrays(spec), CPU);
        using var scope = NewDisposeScope();
        byte[] images = [.. Enumerable.Range(0, Count * Wide * Wide).Select(i => (byte)(i * 7 % 11 % 4))];
        float[] contexts = [.. Enumerable.Range(0, hasContext ? Count * Context : 0).Select(i => i % 3 - 1f)];
        var (planes, context) = network.Inputs(images, contexts, Count);
        network.Pixels.LogProbability(planes, new Conditions(context, null), Count, RandomStream.For(1, "noise")).mean().backward();
        Assert.All(network.Weights.Of(ImagePhase.Flow), pair => Assert.True(pair.Values.grad is { } gradient && gradient.abs().max().item<float>() > 0, pair.Name));
        Assert.DoesNotContain(network.Weights.Of(ImagePhase.Flow), pair => pair.Name.StartsWith(ImageCouplingSpec.Start, StringComparison.Ordinal));
    }

    /// <summary>What is given for an image is, over the noise, its probability in the mean. The mean logarithm is below that.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void The_probabilities_of_all_images_sum_to_one(bool learnsNoise)
    {
        var spec = Spec("Glow", false, bits: 1) with { HiddenChannels = 4, Couplings = s_flows["Glow"] with { Steps = 1, LearnsNoise = learnsNoise } };
        using var evaluator = new ImageEvaluator(new ImageNetwork(spec, ImageSpecs.Arrays(spec, noise: 0.08f), CPU));
        byte[] all = ImageSpecs.All(spec);
        int count = all.Length / spec.Shape.Values;
        Assert.Equal(1 << 16, count);
        var logs = new float[count];
        evaluator.Score(all, [], count, logs, [], new float[count]);
        double[] probabilities = [.. logs.Select(log => Math.Exp(log))];
        double sum = probabilities.Sum(), mean = sum / count, error = Math.Sqrt(probabilities.Sum(value => (value - mean) * (value - mean)));
        Assert.InRange(error, 0, 0.05);
        Assert.InRange(sum, 1 - 4 * error, 1 + 4 * error);
        Assert.True(probabilities.Max() > 2 * mean, "The weights make no difference.");
    }

    [Theory, InlineData("RealNvp"), InlineData("Mixture")]
    public void A_bound_of_some_draws_is_the_mean_probability_over_them(string name)
    {
        const int Draws = 5;
        var spec = Spec(name, false);
        using var network = new ImageNetwork(spec with { Couplings = spec.Couplings! with { Draws = Draws } }, ImageSpecs.Arrays(spec, noise: 0.08f), CPU);
        using var scope = NewDisposeScope();
        byte[] image = [.. Enumerable.Range(0, Size * Size).Select(i => (byte)(i * i * 7 % 11 % 4))];
        var (planes, _) = network.Inputs(image, [], 1);
        var stream = RandomStream.For(planes.Hashes()[0], "noise between levels");
        double[] logs = [.. Enumerable.Range(0, Draws).Select(_ => (double)network.Pixels.LogProbability(planes, default, 1, stream).item<float>())];
        Assert.Equal(Math.Log(logs.Average(Math.Exp)), network.Pixels.LogProbability(planes, default, 1, null).item<float>(), 1e-3);
        Assert.True(logs.Max() - logs.Min() > 0.1, "All draws are the same.");
    }

    [Theory, InlineData("Glow"), InlineData("Mixture"), InlineData("Residual"), InlineData("Absolute"), InlineData("All")]
    public void A_score_belongs_to_its_image_whatever_stands_beside_it_and_drawing_takes_each_level(string name)
    {
        var spec = Spec(name, false);
        using var evaluator = ImageSpecs.Evaluator(spec);
        byte[] images = [.. Enumerable.Range(0, 6 * Size * Size).Select(i => (byte)(i * i * 7 % 11 % 4))];
        float[] together = new float[6], alone = new float[1];
        evaluator.Score(images, [], 6, together, [], new float[6]);
        for (int i = 0; i < 6; i++)
        {
            evaluator.Score(images.AsSpan(i * Size * Size, Size * Size), [], 1, alone, [], new float[1]);
            Assert.Equal(together[i], alone[0], 1e-3f);
        }
        var drawn = new byte[200 * Size * Size];
        evaluator.Sample(200, RandomStream.For(1, "test"), [], drawn);
        Assert.Equal(new byte[] { 0, 1, 2, 3 }, drawn.Distinct().Order());
    }

    /// <summary>A flow that begins draws levels as often as they are counted at their place.</summary>
    [Fact]
    public void Training_begins_at_the_entropy_of_the_levels_of_each_place()
    {
        var spec = Spec("Mixture", false) with { Couplings = s_flows["RealNvp"] };
        var random = RandomStream.For(1, "images");
        var table = new ImageTable();
        for (int i = 0; i < 500; i++)
        {
            table.Images.Add([.. Enumerable.Range(0, Size * Size).Select(place => (byte)(random.NextUniform() < 0.8 ? place % 4 : random.NextInt(4)))]);
            table.Given.Add([]);
        }
        var arrays = LevelShares.Start(spec, table, 1);
        foreach (var bias in arrays.Where(array => array.Name.EndsWith("map.bias", StringComparison.Ordinal)))
            Assert.All(bias.Values, value => Assert.Equal(0, value));
        using var evaluator = new ImageEvaluator(new ImageNetwork(spec, arrays, CPU));
        var drawn = new byte[2_000 * Size * Size];
        evaluator.Sample(2_000, RandomStream.For(1, "test"), [], drawn);
        for (int place = 0; place < Size * Size; place++)
            Assert.Equal(0.85, Enumerable.Range(0, 2_000).Average(i => drawn[i * Size * Size + place] == place % 4 ? 1.0 : 0), 0.06);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Attention_reaches_all_pixels(bool hasAttention)
    {
        const int Wide = 16;
        var spec = Spec("Attention", false, size: Wide);
        spec = spec with { Couplings = spec.Couplings! with { HasAttention = hasAttention } };
        using var weights = new ImageWeights(spec, ImageSpecs.Arrays(spec), CPU, float64);
        using var scope = NewDisposeScope();
        var network = new ConvolutionNetwork(spec, weights, "flow.0.0.coupling");
        Tensor input = Normal(1, 1, Wide / 2, Wide / 2, 2), other = input.clone();
        other[0, 0, 0, 0] = 3;
        var change = (network.Features(other, 1, default) - network.Features(input, 1, default)).abs().amax(3);
        Assert.True(change[0, 0, 0].item<double>() > 1e-3);
        Assert.Equal(hasAttention, change[0, Wide / 2 - 1, Wide / 2 - 1].item<double>() > 1e-9);
    }

    [Fact]
    public void Of_four_pixels_each_is_as_often_the_largest()
    {
        const int Count = 4_000;
        using var scope = NewDisposeScope();
        using var layer = new MaximumLayer();
        var random = RandomStream.For(1, "places");
        var y = Normal(1, Count, 1, 1, 4);
        var drawn = layer.Inverse(y, new Conditions(null, null) { Uniform = _ => random.NextUniform() }, null).Value.reshape(Count, 4);
        Assert.Equal(0, (y.reshape(Count, 4).select(1, 0) - drawn.amax(1)).abs().max().item<double>());
        long[] places = drawn.argmax(1).data<long>().ToArray();
        Assert.All(Enumerable.Range(0, 4), place => Assert.InRange(places.Count(value => value == place), 890, 1_110));
    }

    [Fact]
    public void The_probabilities_of_all_signs_sum_to_one()
    {
        const int Signed = 8, Count = 1 << Signed;
        using var scope = NewDisposeScope();
        var spec = Spec("Absolute", false);
        using var weights = new ImageWeights(spec, ImageSpecs.Arrays(spec, noise: 1), CPU, float64);
        using var layer = ImageLayer.Build(spec.Couplings!.Layers(spec).OfType<AbsoluteLayerSpec>().Single(), spec, weights);
        // All images are the same but for the signs of the last two channels of 2 x 2 pixels.
        double[] sizes = [.. Normal(3, 16).abs().data<double>()];
        var x = tensor(Enumerable.Range(0, Count * 16).Select(i => i % 4 < 2 || (i / 16 >> (i % 16 / 4 * 2 + i % 2) & 1) == 0 ? sizes[i % 16] : -sizes[i % 16]).ToArray(), [Count, 2, 2, 4]);
        var (y, log) = layer.Forward(x, default, null);
        Assert.InRange((y - y.narrow(0, 0, 1)).abs().max().item<double>(), 0, 1e-12);
        double slopes = sizes.Where((_, i) => i % 4 >= 2).Sum(size => -Math.Log(1 - Math.Exp(-size)));
        double[] shares = [.. (log - slopes).exp().data<double>()];
        Assert.Equal(1, shares.Sum(), 1e-10);
        Assert.True(shares.Max() > 2.0 / Count, "The weights make no difference.");
    }

    /// <summary>The mean of q / p over what is drawn from p is 1 for any density q; this one is narrower than p, so that the mean is exact to some hundredths.</summary>
    [Theory, InlineData("Maximum"), InlineData("Absolute")]
    public void What_is_drawn_through_a_surjection_has_the_density_that_it_is_given(string name)
    {
        const int Count = 60_000;
        using var scope = NewDisposeScope();
        var spec = Spec(name, false);
        using var weights = new ImageWeights(spec, ImageSpecs.Arrays(spec, noise: 0.5f), CPU, float64);
        using var layer = ImageLayer.Build(spec.Couplings!.Layers(spec).Single(layer => layer is MaximumLayerSpec or AbsoluteLayerSpec), spec, weights);
        int side = name == "Maximum" ? 1 : 2, values = 4 * side * side;
        var random = RandomStream.For(1, "drawn");
        double Logistic() => random.NextUniform() is var u ? Math.Log(u / (1 - u)) : 0;
        var noise = tensor(Enumerable.Range(0, values * Count).Select(_ => Logistic()).ToArray(), [Count, side, side, 4]);
        var x = layer.Inverse(noise, new Conditions(null, null) { Uniform = _ => random.NextUniform() }, null).Value;
        var (y, log) = layer.Forward(x, default, null);
        var p = (nn.functional.logsigmoid(y) + nn.functional.logsigmoid(-y)).reshape(Count, values).sum(1L) + log;
        var q = (x * x / -2 - Math.Log(2 * Math.PI) / 2).reshape(Count, values).sum(1L);
        double[] shares = (q - p).exp().data<double>().ToArray();
        double mean = shares.Average(), error = Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean))) / Count;
        Assert.InRange(error, 0, 0.06);
        Assert.InRange(mean, 1 - 4 * error, 1 + 4 * error);
    }

    [Theory]
    [InlineData(ImageFlow.RealNvp, false)]
    [InlineData(ImageFlow.Glow, false)]
    [InlineData(ImageFlow.Glow, true)]
    [InlineData(ImageFlow.SplineCoupling, false)]
    [InlineData(ImageFlow.MixtureCoupling, false)]
    [InlineData(ImageFlow.ResidualCoupling, false)]
    public void Pictures_are_learned_and_their_entropy_is_not_beaten(ImageFlow flow, bool hasAll)
    {
        var ml = new MLContext(seed: 1);
        var options = SmallPictures.Options(epochs: flow == ImageFlow.MixtureCoupling ? 4 : 6);
        (options.Flow, options.PixelBitsColumnName, options.StepsPerScale, options.LearnsNoise) = (flow, null, 4, flow == ImageFlow.MixtureCoupling);
        (options.Attention, options.MaximumPooling, options.AutoregressivePrior) = (hasAll, hasAll, hasAll);
        (options.AbsoluteValues, options.NoiseSamples) = (flow == ImageFlow.SplineCoupling, flow == ImageFlow.SplineCoupling ? 3 : 1);
        using var model = ml.Transforms.ImageVariationalFlow(options).Fit(SmallPictures.View(ml, SmallPictures.Draw(800, seed: 1)));
        var scored = model.Transform(SmallPictures.View(ml, SmallPictures.Draw(300, seed: 2)));
        ReadOnlyMemory<char> kind = default;
        scored.Schema["LogDensity"].Annotations.GetValue("DensityKind", ref kind);
        Assert.Equal($"DequantizationBound({options.NoiseSamples})", kind.ToString());
        double bits = scored.GetColumn<float>("BitsPerDimension").Average(value => (double)value);
        // Levels alone take 2 bits.
        Assert.InRange(bits, SmallPictures.Entropy, 1.8);
        using var file = new MemoryStream();
        ml.Model.Save(model, null, file);
        var loaded = (ImageVariationalFlowTransformer)ml.Model.Load(file, out _);
        Assert.Equal(model.Sample(3, seed: 1).GetColumn<float[]>("Pixels"), loaded.Sample(3, seed: 1).GetColumn<float[]>("Pixels"));
    }

    [Fact]
    public void What_a_flow_does_not_have_is_refused_in_one_sentence()
    {
        var transforms = new MLContext().Transforms;
        Assert.StartsWith(
            "PixelBitsColumnName is 'PixelBits', but Glow maps an image as a whole and gives no bits of a pixel: leave it out, or set Flow to Polyphase or Raster.",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Flow = ImageFlow.Glow, PixelBitsColumnName = "PixelBits" })).Message);
        Assert.StartsWith(
            "AutoregressivePrior is set, but GaussianDecoder has no couplings: leave it out, or take a coupling flow such as MixtureCoupling.",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Flow = ImageFlow.GaussianDecoder, AutoregressivePrior = true })).Message);
        Assert.StartsWith(
            "MaximumPooling is set, but Polyphase has no couplings",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { MaximumPooling = true })).Message);
        Assert.StartsWith(
            "Attention is set, but Raster has no couplings",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Flow = ImageFlow.Raster, Attention = true })).Message);
        Assert.StartsWith(
            "NoiseSamples is 8, but Polyphase has no noise, for it gives levels their probabilities: leave it at 1, or take a coupling flow.",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { NoiseSamples = 8 })).Message);
        Assert.StartsWith(
            "AbsoluteValues and MaximumPooling are both set, but what is less than the largest has no signs: set one of them.",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Flow = ImageFlow.Glow, AbsoluteValues = true, MaximumPooling = true })).Message);
        Assert.StartsWith(
            "LearnsNoise is set, but Raster has no noise",
            Assert.Throws<ArgumentException>(() => transforms.ImageVariationalFlow(new ImageVariationalFlowOptions { Flow = ImageFlow.Raster, LearnsNoise = true })).Message);
    }
}
