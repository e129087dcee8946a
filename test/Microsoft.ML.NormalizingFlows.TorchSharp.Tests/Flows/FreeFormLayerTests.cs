using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>What layers that are no map of each feature stand on.</summary>
public sealed class FreeFormLayerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_leaky_layer_starts_with_the_published_slope_as_far_as_it_is_held()
    {
        using var layer = new Leaky(2);
        using (no_grad())
            layer.named_parameters().Single().parameter.fill_(5);
        double limit = 2 * 3.4538776394910684, slope = 1 / (1 + Math.Exp(-5 / (1 + 5 / limit)));
        var result = layer.Forward(tensor(new[] { 2f, -3, -1, -1 }, [2, 2]));
        Assert.InRange(Tensors.LargestDifference(tensor(new[] { 2, -3 * slope, -slope, -slope }, [2, 2]), result.Value), 0, 1e-6);
        Assert.InRange(Tensors.LargestDifference(tensor(new[] { Math.Log(slope), 2 * Math.Log(slope) }, [2]), result.LogDeterminant), 0, 1e-6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 40)]
    [InlineData(64, 64)]
    [InlineData(64, 5)]
    public void The_bound_on_singular_values_is_never_below_them_and_little_above(int rows, int columns)
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            Tensor matrix = Tensors.Normal(new RandomStream(seed), 0.001 + seed, rows, columns);
            double greatest = Tensors.Values(linalg.svdvals(matrix)).Max(), bound = Tensors.Values(SpectralBound.Of(matrix))[0];
            Assert.InRange(bound, greatest * (1 - 1e-12), greatest * 1.04);
            Assert.InRange(Tensors.Values(linalg.svdvals(SpectralBound.Limit(matrix, 0.97))).Max(), 0, 0.97 + 1e-12);
        }
        Assert.Equal(0, Tensors.Values(SpectralBound.Limit(zeros(3, 3, float64), 0.97)).Max());
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e-9)]
    public void A_linear_equation_is_solved_as_the_matrix_exponential_says(double tolerance)
    {
        // A turn and a growth: exp([[g, -w], [w, g]]) = e^g [[cos w, -sin w], [sin w, cos w]].
        const double growth = 0.7, turn = 9;
        Tensor matrix = tensor(new[] { growth, -turn, turn, growth }, [2, 2]), start = Tensors.Normal(new RandomStream(1), 2, 5, 2);
        Tensor exact = start.mm((Math.Exp(growth) * tensor(new[] { Math.Cos(turn), -Math.Sin(turn), Math.Sin(turn), Math.Cos(turn) }, [2, 2])).t());
        Tensor found = DormandPrince.Solve(start, tolerance, (s, _) => s.mm(matrix.t()));
        double error = Tensors.LargestDifference(exact, found);
        Assert.InRange(error, 0, 100 * tolerance);
        Assert.True(error > tolerance / 1e4, "The steps are far smaller than they need to be.");
    }

    [Fact]
    public void Steps_taken_again_with_a_gradient_end_where_they_were_chosen()
    {
        Tensor start = Tensors.Normal(new RandomStream(1), 1, 7, 3);
        Tensor Function(Tensor s, Tensor time) => (s * time).sin() - s.roll(1, 1) * s.abs();
        Tensor chosen;
        using (no_grad())
            chosen = DormandPrince.Solve(start, 1e-5, Function);
        Tensor again = DormandPrince.Solve(start.requires_grad_(true), 1e-5, Function);
        Assert.InRange(Tensors.LargestDifference(chosen, again), 0, 1e-12);
        Assert.True(again.requires_grad);
    }

    [Fact]
    public void An_equation_that_cannot_be_solved_is_named_and_rows_that_are_no_numbers_are_left()
    {
        Tensor start = tensor(new[] { 1, double.NaN }, [2, 1]);
        Assert.True(Tensors.Values(DormandPrince.Solve(start, 1e-5, (s, _) => -s))[1] is double.NaN);
        var error = Assert.Throws<InvalidOperationException>(() => DormandPrince.Solve(start, 1e-5, (s, time) => s / (0.5 - time).abs().sqrt().sqrt() / (0.5 - time).abs()));
        Assert.Equal(
            "A continuous flow does not reach its tolerance of 1E-05 in 1,000 steps: train with a lower Training.LearningRate, or choose another Flow.Layer.", error.Message);
    }
}
