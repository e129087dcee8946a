using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Shift and scale of each feature from the training rows: mean and standard deviation. A feature that is constant, where not one row
/// differs, has no density of its own; it is modelled as a narrow Normal around its value (its batches are filled with that noise), so
/// that it adds a constant to the log-density of ordinary rows; see <see cref="ConstantFeature"/> for the others. What a density is given has a
/// scale as features have; where it is constant, that is 1.
/// </summary>
internal sealed class FeatureScale
{
    private readonly List<int> _constant = [];

    /// <param name="moments">Of the training rows.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="context">C, values behind the features.</param>
    public FeatureScale(RunningMoments moments, int dimensions, int context = 0)
    {
        Dimensions = dimensions;
        Shift = new float[dimensions + context];
        Scale = new float[dimensions + context];
        for (int i = 0; i < Shift.Length; i++)
        {
            double mean = moments.Mean(i), deviation = moments.StandardDeviation(i);
            Shift[i] = (float)mean;
            Scale[i] = deviation != 0 ? (float)deviation : i < dimensions ? ConstantFeature.Width(Shift[i]) : 1;
            if (deviation == 0 && i < dimensions)
                _constant.Add(i);
        }
    }

    /// <summary>D, the number of features.</summary>
    public int Dimensions { get; }

    /// <summary>-ln |det| of the standardisation: the sum of the logarithms of the features' scales.</summary>
    public double LogScale => Scale.Take(Dimensions).Sum(scale => Math.Log(scale));

    public float[] Shift { get; }

    public float[] Scale { get; }

    /// <summary>The features that are constant over the training rows.</summary>
    public IReadOnlyList<int> Constant => _constant;

    /// <summary>Replaces the constant features of a row by draws of their Normal.</summary>
    public void FillConstant(Span<float> row, RandomStream random)
    {
        foreach (int i in _constant)
            row[i] = Shift[i] + Scale[i] * (float)random.NextNormal();
    }

    /// <summary>Adds Normal noise of <paramref name="width"/> standard deviations to each feature of a row.</summary>
    public void AddNoise(Span<float> row, double width, RandomStream random)
    {
        for (int i = 0; i < Dimensions; i++)
            row[i] += Scale[i] * (float)(width * random.NextNormal());
    }

    /// <summary>A row, or the first of its values, in units of standard deviations.</summary>
    public void Standardize(ReadOnlySpan<float> row, Span<float> standardized)
    {
        for (int i = 0; i < row.Length; i++)
            standardized[i] = (row[i] - Shift[i]) / Scale[i];
    }
}
