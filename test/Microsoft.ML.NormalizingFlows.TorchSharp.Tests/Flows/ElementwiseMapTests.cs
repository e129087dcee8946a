using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

public sealed class ElementwiseMapTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Maps() => [.. Named.Keys];

    private static readonly Dictionary<string, ElementwiseMap> Named = new()
    {
        ["spline"] = new RationalQuadraticSplineMap(new(8, 3, 1)),
        ["spline of two bins on [-1, 1]"] = new RationalQuadraticSplineMap(new(2, 1, 0.5)),
        ["spline, as published"] = new RationalQuadraticSplineMap(new(8, 3, 1, IsSoftLimited: false)),
        ["sum of squares"] = new SumOfSquaresMap(new(5, 4, 3, LevelsOff: true)),
        ["sum of squares with lines"] = new SumOfSquaresMap(new(5, 4, 6)),
        ["additive"] = new AdditiveMap(),
        ["mixture of logistics"] = new MixtureMap(new(MixtureComponent.Logistic, 8)),
        ["mixture of Gaussians"] = new MixtureMap(new(MixtureComponent.Gaussian, 8)),
        ["one Gaussian"] = new MixtureMap(new(MixtureComponent.Gaussian, 1)),
        ["one logistic"] = new MixtureMap(new(MixtureComponent.Logistic, 1)),
        ["one square on [-1, 1]"] = new SumOfSquaresMap(new(1, 2, 1, LevelsOff: true)),
        ["exponential"] = new ExponentialAffineMap(),
        ["sigmoid"] = new SigmoidAffineMap(),
        ["softplus"] = new SoftplusAffineMap(),
    };

    [Theory]
    [MemberData(nameof(Maps))]
    public void Maps_rise_everywhere(string name)
    {
        ElementwiseMap map = Named[name];
        for (ulong seed = 0; seed < 20; seed++)
        {
            Tensor x = linspace(-4, 4, 2001);
            Tensor raw = Tensors.Normal(new RandomStream(seed), 3, 1, map.ParametersPerFeature).repeat(2001, 1);
            double[] y = Tensors.Values(map.Forward(x, raw).Value);
            for (int i = 1; i < y.Length; i++)
                Assert.True(y[i] > y[i - 1], $"seed {seed}: {y[i - 1]} then {y[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Extreme_raw_parameters_give_finite_values_and_gradients_in_float32(string name)
    {
        ElementwiseMap map = Named[name];
        foreach (double size in new[] { 1e2, 1e4 })
            foreach (bool forward in new[] { true, false })
            {
                Tensor values = Tensors.Normal(new RandomStream(1), 2, 400, 2).to(float32).requires_grad_(true);
                Tensor raw = Tensors.Normal(new RandomStream(2), size, 400, 2 * map.ParametersPerFeature).to(float32).requires_grad_(true);
                var mapped = forward ? map.Forward(values, raw) : map.Inverse(values, raw);
                Assert.True(Tensors.AllFinite(mapped.Value));
                Assert.True(Tensors.AllFinite(mapped.LogDerivative));
                (mapped.Value.sum() + mapped.LogDerivative.sum()).backward();
                Assert.True(Tensors.AllFinite(values.grad!));
                Assert.True(Tensors.AllFinite(raw.grad!));
            }
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Round_trips_hold_at_any_raw_parameters_in_float64(string name)
    {
        ElementwiseMap map = Named[name];
        foreach (double size in new[] { 0.1, 1, 10, 100 })
        {
            Tensor y = Tensors.Normal(new RandomStream(1), 1.5, 3000, 2);
            Tensor raw = Tensors.Normal(new RandomStream(2), size, 3000, 2 * map.ParametersPerFeature);
            var there = map.Inverse(y, raw);
            var back = map.Forward(there.Value, raw);
            Assert.InRange(Tensors.LargestDifference(y, back.Value), 0, 1e-7);
        }
    }

    [Fact]
    public void Raw_zeros_of_the_exponential_form_are_the_identity()
    {
        ElementwiseMap map = Named["exponential"];
        Tensor x = linspace(-4, 4, 101);
        var mapped = map.Forward(x, zeros(101, map.ParametersPerFeature, float64));
        Assert.InRange(Tensors.LargestDifference(x, mapped.Value), 0, 1e-12);
        Assert.InRange(Tensors.LargestDifference(zeros(101, 1, float64), mapped.LogDerivative), 0, 1e-12);
    }

    /// <summary>A line with the slope at the end multiplies what layers before it made of a far value: in a flow of five, by thousands to the fifth power.</summary>
    [Fact]
    public void A_sum_of_squares_moves_far_values_little()
    {
        var map = new SumOfSquaresMap(new(5, 4, 6, LevelsOff: true));
        Tensor x = tensor(new[] { -1e9, -1e6, -7, -6, 6, 7, 1e6, 1e9 }, [8, 1]);
        Tensor raw = Tensors.Normal(new RandomStream(5), 2, 1, map.ParametersPerFeature).repeat(8, 1);
        var (value, logSlope) = map.Forward(x, raw);
        double[] moved = Tensors.Values(value - x), slopes = Tensors.Values(logSlope.exp());
        Assert.True(slopes[3] > 2 && slopes[4] > 2, "The example is steep at both ends.");
        for (int i = 0; i < moved.Length; i++)
            Assert.InRange(Math.Abs(moved[i] - moved[i < 4 ? 3 : 4]), 0, 1 + 1e-6);
        Assert.InRange(Math.Abs(slopes[0] - 1) + Math.Abs(slopes[^1] - 1), 0, 1e-12);
    }

    [Fact]
    public void A_spline_is_the_identity_outside_and_meets_it_with_slope_one_at_the_ends()
    {
        ElementwiseMap map = Named["spline"];
        double[] at = [-1e30, -7, -3, 3, 7, 1e30];
        Tensor raw = Tensors.Normal(new RandomStream(5), 2, at.Length, map.ParametersPerFeature);
        Tensor x = tensor(at, [at.Length, 1]);
        foreach (var mapped in new[] { map.Forward(x, raw), map.Inverse(x, raw) })
        {
            Assert.InRange(Tensors.LargestDifference(x, mapped.Value), 0, 1e-14);
            Assert.InRange(Tensors.LargestDifference(zeros(at.Length, 1, float64), mapped.LogDerivative), 0, 1e-9);
        }
    }

    /// <summary>Float32 accuracy at parameters of ordinary size: the sharper published form is what the soft limit improves on.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Soft_limited_splines_return_the_noise_in_float32(double size)
    {
        ElementwiseMap map = Named["spline"];
        Tensor y = Tensors.Normal(new RandomStream(1), 1, 5000, 4).to(float32);
        Tensor raw = Tensors.Normal(new RandomStream(2), size, 5000, 4 * map.ParametersPerFeature).to(float32);
        Tensor back = map.Forward(map.Inverse(y, raw).Value, raw).Value;
        Assert.InRange(Tensors.DifferenceQuantile(y, back, 0.999), 0, 1e-4);
    }

    [Theory]
    [InlineData("one logistic")]
    [InlineData("one Gaussian")]
    public void A_mixture_of_one_is_a_line(string name)
    {
        Tensor x = linspace(-30, 30, 61);
        var line = Named[name].Forward(x, zeros(61, 3, float64));
        Assert.InRange(Tensors.LargestDifference(1.001 * x, line.Value), 0, 1e-12);
        Assert.InRange(Tensors.LargestDifference(zeros(61, 1, float64) + Math.Log(1.001), line.LogDerivative), 0, 1e-12);
    }

    [Fact]
    public void Mixtures_are_distribution_functions_with_the_quantiles_of_one_component_behind()
    {
        Tensor x = linspace(-3, 3, 61), raw = Tensors.Normal(new RandomStream(4), 1, 1, 24).repeat(61, 1);
        foreach (var (name, component, isGaussian) in new[] { ("mixture of logistics", MixtureComponent.Logistic, false), ("mixture of Gaussians", MixtureComponent.Gaussian, true) })
        {
            var spec = new MixtureMapSpec(component, 8);
            double[] u = Tensors.Values(raw[0]), places = spec.StartPlaces(), y = Tensors.Values(Named[name].Forward(x, raw).Value);
            double[] weights = [.. Enumerable.Range(0, 8).Select(j => Math.Exp(Limited(u[j], 3.4538776394910684)))];
            for (int i = 0; i < y.Length; i++)
            {
                double at = -3 + 0.1 * i;
                double below = Enumerable.Range(0, 8).Sum(j => weights[j] / weights.Sum()
                    * Cumulative((at - places[j] - Limited(u[8 + j], 20)) / (Math.Sqrt(0.5) * Math.Exp(Limited(u[16 + j], 3.4538776394910684)))));
                Assert.Equal(below, Cumulative(y[i] - 1e-3 * at), 1e-12);
            }

            double Cumulative(double s) => isGaussian ? 0.5 * Tensors.Values(special.erfc(tensor(-s / Math.Sqrt(2), dtype: float64)))[0] : 1 / (1 + Math.Exp(-s));
        }

        static double Limited(double value, double limit) => value / (1 + Math.Abs(value) / limit);
    }

    [Theory]
    [InlineData("mixture of logistics")]
    [InlineData("mixture of Gaussians")]
    public void Raw_zeros_of_a_mixture_are_near_the_identity(string name)
    {
        Tensor x = linspace(-2.5, 2.5, 51);
        var mapped = Named[name].Forward(x, zeros(51, 24, float64));
        Assert.InRange(Tensors.LargestDifference(x, mapped.Value), 0, 0.35);
        Assert.InRange(Tensors.LargestDifference(zeros(51, 1, float64), mapped.LogDerivative), 0, 0.5);
    }

    private static Tensor linspace(double from, double to, int count)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = from + (to - from) * i / (count - 1);
        return tensor(values, [count, 1]);
    }
}
