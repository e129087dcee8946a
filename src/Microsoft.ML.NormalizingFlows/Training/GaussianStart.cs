using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// A flow that starts as the Gaussian of its training rows: its first linear map makes them white, and all else is near the identity.
/// The covariance is that of the rows with the noise that they are trained with, so a start exists for fewer rows than features.
/// </summary>
internal sealed class GaussianStart
{
    private const int SampleRows = 20_000;

    /// <summary>Noise in the covariance where rows are trained without: too little to be seen, enough to have an inverse.</summary>
    private const double MinimumNoise = 0.05;

    private readonly double[][] _whitening;
    private readonly double[] _mean;
    private readonly string _map;

    private GaussianStart(ShrunkGaussian gaussian, string map)
    {
        _whitening = gaussian.Whitening();
        _mean = [.. gaussian.Mean];
        _map = map;
    }

    public static GaussianStart Find(FlowSpec spec, TrainingData data, double noise, ulong seed)
    {
        var sample = data.StandardizedSample(SampleRows, RandomStream.For(seed, "Gaussian start"));
        int step = spec.Layers[0] is StateStandardizationSpec ? 1 : 0;
        if (spec.Layers[step] is not PermutationSpec permutation || spec.Layers[step + 1] is not LinearSpec)
            throw new NotSupportedException("A flow that starts as a Gaussian begins with a permutation and a linear map.");
        int[] order = [.. permutation.Order];
        var row = new float[order.Length];
        for (int i = 0; i < sample.Count; i++)
        {
            for (int j = 0; j < order.Length; j++)
                row[j] = sample[i][order[j]];
            row.CopyTo(sample[i]);
        }
        var gaussian = ShrunkGaussian.Fit(sample, Math.Max(MinimumNoise, noise));
        return new GaussianStart(gaussian, FlowSpec.LayerName(step + 1) + ".");
    }

    /// <summary>The values that a flow starts from, with its first linear map W = L U set to the whitening; U is then diagonal.</summary>
    public IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays) =>
    [
        .. arrays.Select(array => array.Name == _map + "lower" ? array with { Values = Lower() }
            : array.Name == _map + "diagonal" ? array with { Values = Diagonal() }
            : array.Name == _map + "bias" ? array with { Values = Bias() }
            : array),
    ];

    private float[] Lower() =>
        [.. _whitening.SelectMany((row, i) => row.Take(i).Select((value, j) => (float)(value / _whitening[j][j])))];

    // The inverse of softplus.
    private float[] Diagonal() =>
        [.. _whitening.Select(row => (float)Math.Log(Math.Exp(Math.Max(row[^1] - ParameterLimits.MinimumDiagonal, ParameterLimits.MinimumDiagonal)) - 1))];

    private float[] Bias() => [.. _whitening.Select(row => (float)-row.Select((value, j) => value * _mean[j]).Sum())];
}
