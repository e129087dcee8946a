using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Shift and scale of each feature from the training rows: mean and standard deviation. A feature that is constant has no
/// density of its own; it is modelled as a narrow Normal around its value (its batches are filled with that noise), so
/// that it adds a constant to the log-density of ordinary rows and marks a row with another value as unlikely.
/// </summary>
internal sealed class FeatureScale
{
    /// <summary>A spread below this share of the mean is rounding, not variation, in Single precision.</summary>
    private const double Resolution = 1e-6;

    /// <summary>Width of the Normal of a constant feature, relative to its value where that is above 1.</summary>
    private const double ConstantWidth = 1e-3;

    private readonly List<int> _constant = [];

    public FeatureScale(RunningMoments moments, int dimensions)
    {
        Shift = new float[dimensions];
        Scale = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            double mean = moments.Mean(i), deviation = moments.StandardDeviation(i);
            Shift[i] = (float)mean;
            if (deviation > Resolution * Math.Abs(mean) && (float)deviation > 0)
            {
                Scale[i] = (float)deviation;
            }
            else
            {
                Scale[i] = (float)(ConstantWidth * Math.Max(1, Math.Abs(mean)));
                _constant.Add(i);
            }
        }
    }

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
        for (int i = 0; i < row.Length; i++)
            row[i] += Scale[i] * (float)(width * random.NextNormal());
    }

    /// <summary>A row in units of standard deviations.</summary>
    public void Standardize(ReadOnlySpan<float> row, Span<float> standardized)
    {
        for (int i = 0; i < row.Length; i++)
            standardized[i] = (row[i] - Shift[i]) / Scale[i];
    }
}
