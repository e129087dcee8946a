using System.Numerics.Tensors;

namespace Benchmarks.Shared.Mixture;

/// <summary>
/// A mixture of Gaussians with full covariances by expectation maximisation (Dempster et al. 1977), from hard clusters.
/// A small ridge on each covariance keeps a component from collapsing onto a few rows. Threads share rows and components, never
/// a sum, so that the result does not depend on their number.
/// </summary>
public sealed class GaussianMixture
{
    private const int MaximumIterations = 200;
    private const double MinimumGain = 1e-4;
    private const double NoResponsibility = 1e-12;
    private readonly double[] _logWeights;
    private readonly GaussianComponent[] _components;

    private GaussianMixture(int components) => (_logWeights, _components) = (new double[components], new GaussianComponent[components]);

    public int Components => _components.Length;

    /// <summary>Mean log-likelihood of a training row before each step; EM never lets it fall, but for the ridge.</summary>
    public List<double> LogLikelihoods { get; } = [];

    public static GaussianMixture Fit(
        double[][] rows, int[] clusters, int components, double ridge, ParallelOptions parallel)
    {
        var mixture = new GaussianMixture(components);
        var shares = new double[components][];
        for (int k = 0; k < components; k++)
            shares[k] = Array.ConvertAll(clusters, cluster => cluster == k ? 1.0 : 0);
        for (int iteration = 0; iteration < MaximumIterations; iteration++)
        {
            Parallel.For(0, components, parallel, k => mixture.Maximize(k, rows, shares[k], ridge));
            double likelihood = mixture.Expect(rows, shares, parallel);
            bool done = iteration > 0 && likelihood - mixture.LogLikelihoods[^1] < MinimumGain;
            mixture.LogLikelihoods.Add(likelihood);
            if (done)
                break;
        }
        return mixture;
    }

    public double LogDensity(double[] row)
    {
        Span<double> terms = stackalloc double[Components];
        for (int k = 0; k < Components; k++)
            terms[k] = _logWeights[k] + _components[k].LogDensity(row);
        return Mixtures.LogSumExp(terms);
    }

    /// <summary>The most likely component of each row.</summary>
    public int[] Clusters(double[][] rows) => Array.ConvertAll(
        rows, row => Enumerable.Range(0, Components).MaxBy(k => _logWeights[k] + _components[k].LogDensity(row)));

    /// <summary>The E step: each row's shares p(k|x); returns the mean log-likelihood.</summary>
    private double Expect(double[][] rows, double[][] shares, ParallelOptions parallel)
    {
        var logDensities = new double[rows.Length];
        Parallel.For(0, rows.Length, parallel, i =>
        {
            Span<double> terms = stackalloc double[Components];
            for (int k = 0; k < Components; k++)
                terms[k] = _logWeights[k] + _components[k].LogDensity(rows[i]);
            logDensities[i] = Mixtures.LogSumExp(terms);
            for (int k = 0; k < Components; k++)
                shares[k][i] = Math.Exp(terms[k] - logDensities[i]);
        });
        return logDensities.Average();
    }

    /// <summary>The M step of one component: the weight, mean and covariance of the rows in their shares.</summary>
    private void Maximize(int component, double[][] rows, double[] shares, double ridge)
    {
        int columns = rows[0].Length;
        double total = shares.Sum();
        // A component that no row belongs to vanishes by its weight; its mean and covariance need only be finite.
        _logWeights[component] = Math.Log(total / rows.Length);
        total = Math.Max(total, 1e-300);
        double[] mean = new double[columns], difference = new double[columns];
        double[][] covariance = [.. Enumerable.Range(0, columns).Select(i => new double[i + 1])];
        for (int i = 0; i < rows.Length; i++)
            TensorPrimitives.MultiplyAdd(rows[i], shares[i] / total, mean, mean);
        for (int i = 0; i < rows.Length; i++)
        {
            if (shares[i] < NoResponsibility)
                continue;
            TensorPrimitives.Subtract(rows[i], mean, difference);
            for (int c = 0; c < columns; c++)
                TensorPrimitives.MultiplyAdd(difference.AsSpan(0, c + 1), shares[i] / total * difference[c], covariance[c], covariance[c]);
        }
        for (int c = 0; c < columns; c++)
            covariance[c][c] += ridge;
        _components[component] = new GaussianComponent(mean, covariance);
    }
}
