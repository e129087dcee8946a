using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Shift and scale of each feature from the training rows: mean and standard deviation. A feature that is constant, where not one row
/// differs, has no density of its own; it is modelled as a narrow Normal around its value (its batches are filled with that noise), so
/// that it adds a constant to the log-density of ordinary rows; see <see cref="ConstantFeature"/> for the others.
/// </summary>
internal sealed class FeatureScale
{
    private readonly List<int> _constant = [];

    public FeatureScale(RunningMoments moments, int dimensions)
    {
        Shift = new float[dimensions];
        Scale = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            double mean = moments.Mean(i), deviation = moments.StandardDeviation(i);
            Shift[i] = (float)mean;
            if (deviation == 0)
                _constant.Add(i);
            Scale[i] = deviation == 0 ? ConstantFeature.Width(Shift[i]) : (float)deviation;
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
