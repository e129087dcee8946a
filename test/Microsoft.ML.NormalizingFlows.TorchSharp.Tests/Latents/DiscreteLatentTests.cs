using Microsoft.ML.NormalizingFlows.Torch.Latents;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Latents;

public class DiscreteLatentTests
{
    private static readonly double[] Conditional = [-1.0, -2.0, -0.5, -700.0, -800.0, -750.0];

    [Fact]
    public void Density_and_posterior_are_those_of_the_mixture()
    {
        using var scope = NewDisposeScope();
        var latent = new DiscreteLatent(3);
        var conditional = tensor(Conditional, [2, 3]);
        double expected = Math.Log((Math.Exp(-1) + Math.Exp(-2) + Math.Exp(-0.5)) / 3);
        var logDensity = latent.LogDensity(conditional).data<double>().ToArray();
        Assert.Equal(expected, logDensity[0], 12);
        Assert.Equal(-700 - Math.Log(3), logDensity[1], 9);
        var posterior = latent.Posterior(conditional).data<double>().ToArray();
        Assert.Equal(Math.Exp(-2) / 3 / Math.Exp(expected), posterior[1], 12);
        Assert.Equal(1, posterior[3], 12);
    }

    [Fact]
    public void Bound_is_below_the_density_and_meets_it_at_the_posterior()
    {
        using var scope = NewDisposeScope();
        var latent = new DiscreteLatent(3);
        var conditional = tensor(Conditional, [2, 3]);
        var exact = latent.LogDensity(conditional).data<double>().ToArray();
        var atPosterior = latent.EvidenceLowerBound(conditional, conditional).data<double>().ToArray();
        var elsewhere = latent.EvidenceLowerBound(conditional, tensor(new double[] { 0, 0, 0, 3, 1, 2 }, [2, 3])).data<double>().ToArray();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(exact[i], atPosterior[i], 9);
            Assert.True(elsewhere[i] < exact[i] - 1e-3);
        }
    }

    [Fact]
    public void Divergence_is_zero_for_the_prior_and_log_K_for_certainty()
    {
        using var scope = NewDisposeScope();
        var latent = new DiscreteLatent(4);
        var logits = tensor(new double[] { 2, 2, 2, 2, 500, 0, 0, 0 }, [2, 4]);
        var divergence = latent.Divergence(logits).data<double>().ToArray();
        Assert.Equal(0, divergence[0], 12);
        Assert.Equal(Math.Log(4), divergence[1], 12);
    }

    [Fact]
    public void Every_state_pairs_rows_with_states_states_fastest()
    {
        using var scope = NewDisposeScope();
        var contexts = new DiscreteLatent(2).EveryState(2, zeros(1, dtype: ScalarType.Float64));
        Assert.Equal(new double[] { 1, 0, 0, 1, 1, 0, 0, 1 }, contexts.data<double>().ToArray());
        Assert.Equal([4, 2], contexts.shape);
    }
}
