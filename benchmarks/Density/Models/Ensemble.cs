using Benchmarks.Shared.Mixture;
using Density.Data;

namespace Density.Models;

/// <summary>
/// The mean density of several models fitted from different seeds, log 1/M sum_m p_m(x): what a latent of M states must beat, since
/// it has as many parameters and no latent to learn. The first member is the model of that seed alone.
/// </summary>
internal sealed class Ensemble(int members, Func<IDensityModel> create) : IDensityModel
{
    private const int SeedStep = 7919;
    private readonly List<IDensityModel> _members = [];

    public FitSummary Fit(DensityData data, FitRequest request)
    {
        var summaries = new List<FitSummary>();
        for (int m = 0; m < members; m++)
        {
            _members.Add(create());
            summaries.Add(_members[m].Fit(data, request.Part($"member {m + 1}", unchecked(request.Seed + SeedStep * m))));
        }
        return FitSummary.Sum(summaries);
    }

    public double[] LogDensities(float[][] rows) =>
        Mixtures.LogDensities([.. _members.Select(member => (1.0 / members, member.LogDensities(rows)))]);

    public double[]? Elbo(float[][] rows) => null;

    public void Dispose() => _members.ForEach(member => member.Dispose());
}
