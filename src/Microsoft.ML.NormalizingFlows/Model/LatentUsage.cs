namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>
/// What a latent knows about the rows, gathered from posteriors p(z|x): the mutual information
/// <c>I(x; z) = H(mean of p(z|x)) - mean of H(p(z|x))</c>, in nats, and how many states are anyone's most likely one.
/// A latent with I(x; z) near 0 is ignored: the flow is then a plain one.
/// </summary>
internal sealed class LatentUsage(int states)
{
    /// <summary>A state counts as used when it is the most likely one of at least this share of an even split, 1 / K.</summary>
    private const double UsedShare = 0.01;

    private readonly double[] _mass = new double[states];
    private readonly double[] _mostLikely = new double[states];
    private double _entropy, _rows;

    /// <summary>Adds the posterior of one row, K probabilities.</summary>
    public void Add(ReadOnlySpan<float> posterior)
    {
        int best = 0;
        for (int k = 0; k < states; k++)
        {
            _mass[k] += posterior[k];
            _entropy += EntropyTerm(posterior[k]);
            if (posterior[k] > posterior[best])
                best = k;
        }
        _mostLikely[best]++;
        _rows++;
    }

    /// <summary>Adds up what each process of a group has seen.</summary>
    public void Share(TrainingGroup group)
    {
        group.Sum(_mass);
        group.Sum(_mostLikely);
        (_entropy, _rows) = (group.Sum(_entropy), group.Sum(_rows));
    }

    /// <summary>I(x; z) in nats, 0 to ln K; 0 for no rows.</summary>
    public double MutualInformation =>
        _rows == 0 ? 0 : Math.Max(0, _mass.Sum(mass => EntropyTerm(mass / _rows)) - _entropy / _rows);

    /// <summary>The number of states that are used.</summary>
    public int StatesUsed => _mostLikely.Count(count => count > 0 && count >= UsedShare * _rows / states);

    private static double EntropyTerm(double p) => p > 0 ? -p * Math.Log(p) : 0;
}
