using Benchmarks.Shared.Mixture;
using Microsoft.ML.NormalizingFlows;
using global::Density.Data;
using global::Density.Models;
using global::Density.Models.Mixture;

namespace Programs.Tests.Benchmarks.Density;

public class BaselineTests
{
    [Fact]
    public void A_Gaussian_has_its_known_density()
    {
        // Covariance [[4, 1.2], [1.2, 1]], determinant 2.56.
        var gaussian = new GaussianComponent([1, -1], [[4], [1.2, 1]]);
        double x = 2, y = 0.5, squares = (1 * (x - 1) * (x - 1) - 2 * 1.2 * (x - 1) * (y + 1) + 4 * (y + 1) * (y + 1)) / 2.56;
        Assert.Equal(-0.5 * squares - 0.5 * Math.Log(2.56) - Math.Log(2 * Math.PI), gaussian.LogDensity([x, y]), 12);
        Assert.Throws<InvalidOperationException>(() => new GaussianComponent([0, 0], [[1], [1, 1]]));
    }

    [Fact]
    public void Each_step_of_EM_raises_the_likelihood_and_the_density_has_mass_one()
    {
        var random = new Random(1);
        double[][] rows = [.. Enumerable.Range(0, 600).Select(i => new[] { 3 * (i % 2) + random.NextDouble(), i % 3 + 0.5 * random.NextDouble() })];
        int[] start = [.. rows.Select(row => row[0] < 0.5 ? 0 : row[0] < 3.2 ? 1 : row[1] < 1.2 ? 2 : 3)];
        var mixture = GaussianMixture.Fit(rows, start, 4, 1e-6, new ParallelOptions());
        Assert.True(mixture.LogLikelihoods.Count > 2);
        Assert.All(mixture.LogLikelihoods.Zip(mixture.LogLikelihoods.Skip(1)), pair => Assert.True(pair.Second >= pair.First - 1e-4));
        double mass = 0;
        const double Step = 0.02;
        for (double x = -5; x < 9; x += Step)
        {
            for (double y = -5; y < 8; y += Step)
                mass += Math.Exp(mixture.LogDensity([x, y])) * Step * Step;
        }
        Assert.Equal(1, mass, 3);
    }

    [Fact]
    public void The_mixture_model_finds_the_entropy_of_a_mixture()
    {
        DensityData data = DataSets.Load("rings", new DataPlace("nowhere", null));
        using var model = new MixtureModel(1, 8);
        using var folder = new TemporaryFolder();
        FitSummary fit = model.Fit(data, new FitRequest("gmm", new NormalizingVariationalFlowOptions(), 1, folder.Path, null, default));
        Assert.Equal(8, fit.StatesUsed);
        Assert.Equal(8 * 6 - 1, fit.Parameters);
        Assert.Equal(data.Entropy!.Value, -model.LogDensities(data.Test).Average(), 0.05);
    }

    [Fact]
    public void The_states_alone_are_near_the_entropy_of_a_mixture_but_for_their_background()
    {
        DensityData data = DataSets.Load("rings", new DataPlace("nowhere", null));
        using var model = new StatesAlone(9);
        using var folder = new TemporaryFolder();
        FitSummary fit = model.Fit(data, new FitRequest("states", new NormalizingVariationalFlowOptions(), 1, folder.Path, null, default));
        Assert.Equal(8 * 6 - 1, fit.Parameters);
        Assert.Equal(data.Entropy!.Value - Math.Log(0.9), -model.LogDensities(data.Test).Average(), 0.1);
    }

    [Fact]
    public void A_mixture_of_densities_is_their_mean()
    {
        double[] mixed = Mixtures.LogDensities([(0.25, [Math.Log(2), -1000]), (0.75, [Math.Log(4), -1001])]);
        Assert.Equal(Math.Log(3.5), mixed[0], 12);
        Assert.Equal(-1000 + Math.Log(0.25 + 0.75 / Math.E), mixed[1], 12);
    }
}
