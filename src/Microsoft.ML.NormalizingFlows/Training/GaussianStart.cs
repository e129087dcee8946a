using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// A flow that starts as the Gaussian of its training rows: its first linear map makes them white, and all else is near the identity.
/// The covariance is that of the rows with the noise that they are trained with, so a start exists for fewer rows than features. Where the map has a
/// low rank r, its r mixed features become white, and each other one what is left of it behind a linear regression on those.
/// <para>
/// A usual flow starts so for those features alone that nearly follow from the ones before them, such as a sum of others: each becomes what a
/// linear regression leaves of it. Gradient steps take long to find a plane that rows lie close to, and on small tables never do; made white altogether,
/// features whose own values tell most, such as those with repeated ones, would be mixed with the others.
/// </para>
/// </summary>
internal sealed class GaussianStart
{
    private const int SampleRows = 20_000;

    /// <summary>Values of the sample that dependences are found in, about: each training of a table looks for them.</summary>
    private const int SampleValues = 1 << 20;

    /// <summary>Noise in the covariance where rows are trained without: too little to be seen, enough to have an inverse.</summary>
    private const double MinimumNoise = 0.05;

    private readonly string _map;
    private readonly IEnumerable<double> _lower, _upper, _diagonal, _bias;

    private GaussianStart(string map, IEnumerable<double> lower, IEnumerable<double> upper, IEnumerable<double> diagonal, IEnumerable<double> bias) =>
        (_map, _lower, _upper, _diagonal, _bias) = (map, lower, upper, diagonal, bias);

    /// <summary>The start as a Gaussian.</summary>
    /// <exception cref="NotSupportedException">The flow does not begin with a permutation and a linear map.</exception>
    public static GaussianStart Find(FlowSpec spec, TrainingData data, double noise, ulong seed)
    {
        int step = spec.Layers[0] is StateStandardizationSpec ? 1 : 0;
        if (!BeginsLinear(spec, step, out int[] order, out var linear))
            throw new NotSupportedException("A flow that starts as a Gaussian begins with a permutation and a linear map.");
        var sample = Sample(data, order, SampleRows, seed);
        string map = FlowSpec.LayerName(step + 1) + ".";
        noise = Math.Max(MinimumNoise, noise);
        int rank = linear.RankOf(order.Length);
        if (rank < order.Length)
            return OfRank(map, sample, noise, rank, linear.UpperScaleOf(order.Length));
        var gaussian = ShrunkGaussian.Fit(sample, noise);
        return OfFullRank(map, gaussian, gaussian.Whitening());
    }

    /// <summary>The start for features that nearly follow from others; null where there are none, or the flow has no linear map for it.</summary>
    public static GaussianStart? FindDependences(FlowSpec spec, TrainingData data, ulong seed)
    {
        if (!BeginsLinear(spec, 0, out int[] order, out var linear) || linear.RankOf(order.Length) < order.Length || order.Length == 1)
            return null;
        var sample = Sample(data, order, Math.Min(SampleRows, Math.Max(SampleValues, NearDependence.RowsPerRegressor * order.Length * order.Length) / order.Length), seed);
        var gaussian = ShrunkGaussian.Fit(sample, NearDependence.Ridge);
        double[][] whitening = gaussian.Whitening();
        bool[] follows = [.. whitening.Select(row => NearDependence.Rest(row, sample.Count) <= NearDependence.MaximumRest)];
        return follows.Contains(true)
            ? OfFullRank(FlowSpec.LayerName(1) + ".", gaussian, [.. whitening.Select((row, i) => follows[i] ? row : [.. new double[i], 1])])
            : null;
    }

    private static bool BeginsLinear(FlowSpec spec, int step, out int[] order, [NotNullWhen(true)] out LinearSpec? linear)
    {
        linear = spec.Layers.ElementAtOrDefault(step + 1) as LinearSpec;
        order = spec.Layers[step] is PermutationSpec permutation ? [.. permutation.Order] : [];
        return linear is not null && order.Length > 0;
    }

    // In the order in which the linear map sees the features.
    private static RowTable Sample(TrainingData data, int[] order, int rows, ulong seed)
    {
        var sample = data.StandardizedSample(rows, RandomStream.For(seed, "Gaussian start"));
        var row = new float[order.Length];
        for (int i = 0; i < sample.Count; i++)
        {
            for (int j = 0; j < order.Length; j++)
                row[j] = sample[i][order[j]];
            row.CopyTo(sample[i]);
        }
        return sample;
    }

    /// <summary>The values that a flow starts from, with its first linear map set so.</summary>
    public IReadOnlyList<NamedArray> ApplyTo(IReadOnlyList<NamedArray> arrays) =>
    [
        .. arrays.Select(array => array.Name == _map + "lower" ? array with { Values = Singles(_lower) }
            : array.Name == _map + "upper" ? array with { Values = Singles(_upper) }
            : array.Name == _map + "diagonal" ? array with { Values = Singles(_diagonal.Select(RawDiagonal)) }
            : array.Name == _map + "bias" ? array with { Values = Singles(_bias) }
            : array),
    ];

    // W = L U is lower triangular; U is diagonal.
    private static GaussianStart OfFullRank(string map, ShrunkGaussian gaussian, double[][] whitening) => new(
        map,
        whitening.SelectMany((row, i) => row.Take(i).Select((value, j) => value / whitening[j][j])),
        new double[whitening.Length * (whitening.Length - 1) / 2],
        whitening.Select(row => row[^1]),
        whitening.Select(row => -row.Select((value, j) => value * gaussian.Mean[j]).Sum()));

    // As many features are mixed as there are rows for; what is left of the rank starts at 0.
    private static GaussianStart OfRank(string map, RowTable sample, double noise, int rank, double upperScale)
    {
        int dimensions = sample.Dimensions, mixed = Math.Clamp(sample.Count / NearDependence.RowsPerRegressor, 1, rank);
        var (mean, variance) = Center(sample);
        // From the last feature to the first: what is a lower triangle in this order is an upper one in theirs.
        var first = new RowTable(mixed);
        for (int i = 0; i < sample.Count; i++)
        {
            float[] row = sample[i][..mixed].ToArray();
            Array.Reverse(row);
            first.Add(row);
        }
        double[][] triangle = ShrunkGaussian.Fit(first, noise).Whitening();
        double[][] whitening = [.. Enumerable.Range(0, mixed).Select(k => triangle[mixed - 1 - k].Reverse().ToArray())];      // from the diagonal on
        double[][] slopes = Slopes(sample, whitening);

        var lower = new List<double>();
        var upper = new List<double>();
        double[] diagonal = new double[dimensions], bias = new double[dimensions];
        for (int feature = 0; feature < dimensions; feature++)
        {
            bool isMixed = feature < mixed;
            double explained = isMixed ? 0 : slopes.Sum(slope => slope[feature] * slope[feature]);
            double scale = isMixed ? whitening[feature][0] : 1 / Math.Sqrt(Math.Max(0, variance[feature] - explained) + noise * noise);
            double[] left = [.. slopes.Select(slope => isMixed ? 0 : -scale * slope[feature])];
            diagonal[feature] = scale;
            bias[feature] = isMixed
                ? -whitening[feature].Select((weight, j) => weight * mean[feature + j]).Sum()
                : TensorPrimitives.Dot<double>(left, bias.AsSpan(0, mixed)) - scale * mean[feature];
            for (int column = 0; column < Math.Min(feature, rank); column++)
                lower.Add(column < mixed ? left[column] : 0);
            for (int column = feature + 1; feature < rank && column < dimensions; column++)
                upper.Add(isMixed && column < mixed ? whitening[feature][column - feature] / upperScale : 0);
        }
        return new GaussianStart(map, lower, upper, diagonal, bias);
    }

    // Takes the mean away from the rows.
    private static (double[] Mean, double[] Variance) Center(RowTable sample)
    {
        double[] mean = new double[sample.Dimensions], variance = new double[sample.Dimensions], row = new double[sample.Dimensions];
        for (int i = 0; i < sample.Count; i++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(sample[i], row);
            TensorPrimitives.Add(mean, row, mean);
        }
        TensorPrimitives.Divide(mean, sample.Count, mean);
        for (int i = 0; i < sample.Count; i++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(sample[i], row);
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.MultiplyAdd(row, row, variance, variance);
            TensorPrimitives.ConvertTruncating<double, float>(row, sample[i]);
        }
        TensorPrimitives.Divide(variance, sample.Count, variance);
        return (mean, variance);
    }

    // The covariance of each t = W x with each feature.
    private static double[][] Slopes(RowTable centered, double[][] whitening)
    {
        double[][] slopes = [.. whitening.Select(_ => new double[centered.Dimensions])];
        var row = new double[centered.Dimensions];
        for (int i = 0; i < centered.Count; i++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(centered[i], row);
            for (int k = 0; k < slopes.Length; k++)
            {
                double white = TensorPrimitives.Dot<double>(whitening[k], row.AsSpan(k, whitening[k].Length));
                TensorPrimitives.MultiplyAdd(row, white / centered.Count, slopes[k], slopes[k]);
            }
        }
        return slopes;
    }

    // The inverse of softplus, ln(e^v - 1), in a form that does not overflow.
    private static double RawDiagonal(double value)
    {
        double positive = Math.Max(value - ParameterLimits.MinimumDiagonal, ParameterLimits.MinimumDiagonal);
        return positive + Math.Log(1 - Math.Exp(-positive));
    }

    private static float[] Singles(IEnumerable<double> values) => [.. values.Select(value => (float)value)];
}
