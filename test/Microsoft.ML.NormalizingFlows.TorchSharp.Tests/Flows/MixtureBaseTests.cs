using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

public class MixtureBaseTests
{
    private static FlowArchitecture Architecture(int dimensions, int components) => new() { Dimensions = dimensions, BaseComponents = components, Seed = 3 };

    private static MixtureBase Of(int dimensions, int components) =>
        Fresh.Flow(Architecture(dimensions, components), new float[dimensions], [.. Enumerable.Repeat(1f, dimensions)]).Base!;

    /// <summary>A base whose logits, means and log-scales have all been moved.</summary>
    private static MixtureBase Moved(int dimensions, int components, double size)
    {
        var mixture = Of(dimensions, components);
        Tensors.ToFloat64(mixture);
        using var guard = no_grad();
        foreach (var (name, parameter) in mixture.named_parameters())
            parameter.copy_(parameter.Plus(Tensors.Normal(RandomStream.For(7, name), size, parameter.shape)));
        return mixture;
    }

    private static double[] Values(MixtureBase mixture, string name) =>
        Tensors.Values(mixture.named_parameters().Single(entry => entry.name == name).parameter);

    private static void Set(MixtureBase mixture, string name, params float[] values)
    {
        using var guard = no_grad();
        var parameter = mixture.named_parameters().Single(entry => entry.name == name).parameter;
        parameter.copy_(tensor(values, parameter.shape));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 5)]
    [InlineData(20, 40)]
    public void The_density_is_that_of_the_formula(int dimensions, int components)
    {
        using var mixture = Moved(dimensions, components, 0.7);
        double[] logits = Values(mixture, "logits"), means = Values(mixture, "means"), logScales = Values(mixture, "logScales");
        using var scope = NewDisposeScope();
        var u = Tensors.Normal(new RandomStream(2), 2, 30, dimensions);
        double[] points = Tensors.Values(u), actual = Tensors.Values(mixture.LogDensity(u));
        double all = logits.Sum(Math.Exp);
        for (int row = 0; row < 30; row++)
        {
            double density = 0;
            for (int m = 0; m < components; m++)
            {
                double component = Math.Exp(logits[m]) / all;
                for (int i = 0; i < dimensions; i++)
                {
                    double scale = Math.Exp(logScales[m * dimensions + i]);
                    double t = (points[row * dimensions + i] - means[m * dimensions + i]) / scale;
                    component *= Math.Exp(-t * t / 2) / (scale * Math.Sqrt(2 * Math.PI));
                }
                density += component;
            }
            Assert.Equal(Math.Log(density), actual[row], 1e-9 * Math.Max(1, Math.Abs(actual[row])));
        }
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 2)]
    [InlineData(2, 10)]
    [InlineData(40, 10)]
    [InlineData(500, 256)]
    public void The_start_is_near_the_standard_normal_and_no_two_components_are_alike(int dimensions, int components)
    {
        using var mixture = Of(dimensions, components);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var u = tensor(Numbers.Table(2_000, dimensions), [2_000, dimensions]);
        double divergence = (StandardNormal.LogDensity(u) - mixture.LogDensity(u)).mean().item<float>();
        Assert.InRange(divergence, -0.05, 0.6);
        double[] means = Values(mixture, "means");
        for (int m = 1; m < components; m++)
            Assert.NotEqual(means[..dimensions], means[(m * dimensions)..((m + 1) * dimensions)]);
    }

    [Fact]
    public void Log_scales_are_held_within_their_limit()
    {
        using var mixture = Of(1, 2);
        using var held = Of(1, 2);
        Set(mixture, "means", 0, 0);
        Set(mixture, "logScales", -40, 50);
        Set(held, "means", 0, 0);
        Set(held, "logScales", -12, 12);
        using var scope = NewDisposeScope();
        var u = tensor(new[] { 0f, 1e-6f, 3f }, [3, 1]);
        var density = mixture.LogDensity(u);
        Assert.Equal(Tensors.Values(held.LogDensity(u)), Tensors.Values(density));
        density.sum().backward();
        Assert.Equal([0, 0], Tensors.Values(mixture.named_parameters().Single(entry => entry.name == "logScales").parameter.grad!));
    }

    [Fact]
    public void The_density_of_a_point_far_out_is_finite()
    {
        using var mixture = Of(2, 3);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Assert.All(
            Tensors.Values(mixture.LogDensity(tensor(new[] { 1e30f, 0, -1e15f, 1e15f, float.MaxValue, float.MinValue }, [3, 2]))),
            value => Assert.InRange(value, -1.1e38, -1e29));
    }

    [Fact]
    public void Draws_have_the_weights_means_and_deviations_of_the_components()
    {
        using var mixture = Of(2, 3);
        Set(mixture, "logits", 1, 1 + MathF.Log(2), 1 + MathF.Log(5));
        Set(mixture, "means", -100, 0, 0, 3, 100, -2);
        Set(mixture, "logScales", 0, MathF.Log(4), MathF.Log(0.5f), 0, MathF.Log(2), MathF.Log(0.1f));
        double[] weights = [1 / 8.0, 2 / 8.0, 5 / 8.0];
        double[,] means = { { -100, 0 }, { 0, 3 }, { 100, -2 } }, deviations = { { 1, 4 }, { 0.5, 1 }, { 2, 0.1 } };
        const int count = 40_000;
        var points = new float[2 * count];
        mixture.Draw(new RandomStream(8), points);
        var components = points.Chunk(2).ToLookup(point => point[0] < -50 ? 0 : point[0] < 50 ? 1 : 2);
        for (int m = 0; m < 3; m++)
        {
            float[][] own = [.. components[m]];
            Assert.Equal(weights[m], own.Length / (double)count, 0.01);
            for (int i = 0; i < 2; i++)
            {
                double mean = own.Average(point => point[i]), deviation = Math.Sqrt(own.Average(point => Math.Pow(point[i] - mean, 2)));
                Assert.Equal(means[m, i], mean, 0.06 * deviations[m, i]);
                Assert.Equal(1, deviation / deviations[m, i], 0.05);
            }
        }
    }
}
