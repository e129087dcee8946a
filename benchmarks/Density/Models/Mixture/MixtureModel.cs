using System.Diagnostics;
using Benchmarks.Shared.Mixture;
using Density.Data;
using Microsoft.ML.NormalizingFlows;
using Microsoft.ML.NormalizingFlows.Numerics;
using Samples.Shared.Terminal;

namespace Density.Models.Mixture;

/// <summary>
/// The Gaussian mixture as a model of the benchmark: fitted to standardised rows from k-means starts, the number of components
/// chosen by the validation rows. With one component it is the full-covariance Gaussian.
/// </summary>
/// <remarks>Of a longer table, 200,000 rows drawn by the seed are fitted to: far more than the covariances need.</remarks>
internal sealed class MixtureModel(params int[] candidates) : IDensityModel
{
    private const double Ridge = 1e-6;
    private const int MaximumRows = 200_000;
    private StandardRows _scale = null!;
    private GaussianMixture _best = null!;

    public FitSummary Fit(DensityData data, FitRequest request)
    {
        var clock = Stopwatch.StartNew();
        var parallel = new ParallelOptions { CancellationToken = request.Cancellation, MaxDegreeOfParallelism = request.Options.Training.Threads ?? Environment.ProcessorCount };
        _scale = StandardRows.Of(data.Training);
        float[][] training = Sample(data.Training, request.Seed);
        double[][] rows = Array.ConvertAll(training, _scale.Double);
        var line = new ProgressLine(request.Title);
        double best = double.PositiveInfinity;
        var curve = new List<CurvePoint>();
        foreach (int components in candidates.Where(k => k == 1 || k * 2 * data.Columns <= rows.Length))
        {
            int[] clusters = Clusters(_scale.Table(training), components, request.Seed);
            var mixture = GaussianMixture.Fit(rows, clusters, components, Ridge, parallel);
            double nll = -data.Validation.Average(row => mixture.LogDensity(_scale.Double(row)) + _scale.LogVolume);
            double trainingNll = -mixture.LogLikelihoods[^1] - _scale.LogVolume;
            if (nll < best)
                (best, _best) = (nll, mixture);
            curve.Add(new CurvePoint(curve.Count + 1, mixture.LogLikelihoods.Count, clock.Elapsed.TotalSeconds, nll, trainingNll, components));
            line.Report(new TrainingProgress(curve.Count, candidates.Length, trainingNll, nll, best, clock.Elapsed, clock.Elapsed * (candidates.Length - curve.Count)));
        }
        line.Done(FormattableString.Invariant($"{_best.Components} components, {clock.Elapsed.TotalSeconds:F0} s"));
        long columns = data.Columns;
        return new FitSummary
        {
            Parameters = _best.Components * (columns + columns * (columns + 1) / 2 + 1) - 1,
            Seconds = clock.Elapsed.TotalSeconds,
            ValidationNll = best,
            StatesUsed = candidates.Length > 1 ? _best.Components : null,
            Curve = curve,
        };
    }

    public double[] LogDensities(float[][] rows) =>
        [.. rows.AsParallel().AsOrdered().Select(row => _best.LogDensity(_scale.Double(row)) + _scale.LogVolume)];

    public double[]? Elbo(float[][] rows) => null;

    public void Dispose()
    {
    }

    private static int[] Clusters(RowTable rows, int components, int seed)
    {
        float[][] centers = KMeans.Fit(rows, components, RandomStream.For((ulong)seed, "clusters")).Centers;
        var clusters = new int[rows.Count];
        for (int i = 0; i < clusters.Length; i++)
            clusters[i] = KMeans.Nearest(centers, rows[i]).Cluster;
        return clusters;
    }

    private static float[][] Sample(float[][] rows, int seed)
    {
        if (rows.Length <= MaximumRows)
            return rows;
        float[][] shuffled = [.. rows];
        RandomStream.For((ulong)seed, "sample").Shuffle<float[]>(shuffled);
        return shuffled[..MaximumRows];
    }
}
