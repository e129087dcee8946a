using System.Diagnostics;
using Benchmarks.Shared.Mixture;
using Density.Data;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Density.Models.Mixture;

/// <summary>
/// The mixture that Gaussian states start from, without a flow behind it: what its own density says about the number of states.
/// </summary>
internal sealed class StatesAlone(int states) : IDensityModel
{
    private StandardRows _scale = null!;
    private ShrunkMixture _mixture = null!;

    public FitSummary Fit(DensityData data, FitRequest request)
    {
        var clock = Stopwatch.StartNew();
        _scale = StandardRows.Of(data.Training);
        var random = RandomStream.For((ulong)request.Seed, "states alone");
        float[][] sample = [.. data.Training];
        random.Shuffle<float[]>(sample);
        _mixture = MixtureLatentStart.Mixture(_scale.Table(sample[..Math.Min(sample.Length, MixtureLatentStart.SampleRows)]), states, random);
        long columns = data.Columns;
        return new FitSummary
        {
            // The background is given, and so is its weight.
            Parameters = (states - 1) * (columns + columns * (columns + 1) / 2 + 1) - 1,
            Seconds = clock.Elapsed.TotalSeconds,
            ValidationNll = -LogDensities(data.Validation).Average(),
            StatesUsed = states,
        };
    }

    public double[] LogDensities(float[][] rows) => Array.ConvertAll(rows, row => _mixture.LogDensity(_scale.Apply(row)) + _scale.LogVolume);

    public double[]? Elbo(float[][] rows) => null;

    public void Dispose()
    {
    }
}
