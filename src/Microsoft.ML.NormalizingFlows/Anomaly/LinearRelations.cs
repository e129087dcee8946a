using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>
/// Features that nearly follow from others, such as a sum of them, and how far a row is from keeping to that. A flow that is trained on rows with noise, the nearest
/// rows and random cuts all look past a relation that holds to a hundredth of a deviation; a row that breaks it may be usual in all else.
/// </summary>
/// <param name="residuals">What a regression leaves of each such feature.</param>
/// <param name="scale">What makes comparable how far the training rows are from keeping to them.</param>
internal sealed class LinearRelations(IReadOnlyList<LinearResidual> residuals, SurpriseScale scale)
{
    /// <summary>
    /// The surprise up to which a row counts as keeping to them: as far off as one in a hundred training rows. What is left of a feature is mostly
    /// rounding, and tells nothing within that.
    /// </summary>
    public static readonly double Usual = Math.Log(100);

    /// <summary>Features up to which relations are looked for.</summary>
    private const int MaximumDimensions = 512;

    /// <summary>Where training rows may be anomalies, a feature is looked at from here on: a few rows that break a relation hide it.</summary>
    private const double MaximumHiddenRest = 0.2;

    /// <summary>Times that the rows that break relations most are left out and the relations found again; in the first ones hidden relations stay.</summary>
    private const int Steps = 5, HiddenSteps = 2;

    public IReadOnlyList<LinearResidual> Residuals { get; } = residuals;

    public SurpriseScale Scale { get; } = scale;

    /// <summary>
    /// The relations of training rows; null where there are none. Where some may be anomalies, as many of those that break relations most are left out, step by
    /// step (Rousseeuw and Van Driessen 2006, Computing LTS Regression for Large Data Sets).
    /// </summary>
    /// <param name="rows">The rows, standardised as the local states keep them.</param>
    /// <param name="scale">What each feature was divided by; 0 where it has one value.</param>
    /// <param name="share">The share of anomalies among them, at most.</param>
    public static LinearRelations? Of(RowTable rows, float[] scale, double share)
    {
        if (rows.Dimensions > MaximumDimensions)
            return null;
        var kept = rows;
        for (int step = share > 0 ? 0 : Steps; ; step++)
        {
            var found = Find(kept, scale, step < HiddenSteps ? MaximumHiddenRest : NearDependence.MaximumRest);
            if (found.Count == 0)
                return null;
            if (step == Steps)
                return new LinearRelations(found, SurpriseScale.Of(Enumerable.Range(0, kept.Count).Select(i => Distance(found, kept[i]))));
            float[] distances = [.. Enumerable.Range(0, rows.Count).Select(i => Distance(found, rows[i]))];
            float farthest = distances.Order().ElementAt(Math.Max(1, (int)Math.Ceiling((1 - share) * rows.Count)) - 1);
            kept = new RowTable(rows.Dimensions);
            for (int i = 0; i < rows.Count; i++)
            {
                if (distances[i] <= farthest)
                    kept.Add(rows[i]);
            }
        }
    }

    private static List<LinearResidual> Find(RowTable rows, float[] scale, double maximumRest)
    {
        var gaussian = ShrunkGaussian.Fit(rows, NearDependence.Ridge);
        return
        [
            .. gaussian.Whitening()
                .Where((weights, feature) => scale[feature] > 0 && NearDependence.Rest(weights, rows.Count) <= maximumRest)
                .Select(weights => new LinearResidual(weights, weights.Select((weight, i) => weight * gaussian.Mean[i]).Sum())),
        ];
    }

    /// <summary>What is added to the surprise of a row: 0 where it keeps to them as training rows do.</summary>
    /// <param name="standardized">D values.</param>
    public double Excess(ReadOnlySpan<float> standardized) => Math.Max(0, Scale.Surprise(Distance(Residuals, standardized)) - Usual);

    /// <summary>What added to each standardised feature, alone, would bring the row nearest to the relations (least squares); 0 where it is in none.</summary>
    /// <param name="standardized">D values.</param>
    /// <returns>D values.</returns>
    public double[] Corrections(ReadOnlySpan<float> standardized)
    {
        double[] values = new double[standardized.Length], products = new double[values.Length], squares = new double[values.Length];
        TensorPrimitives.ConvertTruncating<float, double>(standardized, values);
        foreach (var residual in Residuals)
        {
            double[] weights = residual.Weights;
            double left = residual.Of(values);
            for (int feature = 0; feature < weights.Length; feature++)
            {
                products[feature] += weights[feature] * left;
                squares[feature] += weights[feature] * weights[feature];
            }
        }
        return [.. products.Zip(squares, (product, square) => square > 0 ? -product / square : 0)];
    }

    // The logarithm of the root mean square of the residuals.
    private static float Distance(IReadOnlyList<LinearResidual> residuals, ReadOnlySpan<float> row)
    {
        Span<double> values = stackalloc double[row.Length];
        TensorPrimitives.ConvertTruncating(row, values);
        double sum = 0;
        foreach (var residual in residuals)
        {
            double value = residual.Of(values);
            sum += value * value;
        }
        return (float)Math.Log(Math.Sqrt(sum / residuals.Count) + LocalStates.Nearest);
    }
}

/// <summary>What a regression leaves of a standardised feature, in its standard deviations: a sum of the features up to it, less its mean.</summary>
/// <param name="Weights">One for each feature up to this one.</param>
/// <param name="Mean">The mean of that sum.</param>
internal sealed record LinearResidual(double[] Weights, double Mean)
{
    /// <summary>The feature that follows from those before it.</summary>
    public int Feature => Weights.Length - 1;

    /// <summary>The residual of a row of D values.</summary>
    public double Of(ReadOnlySpan<double> row) => TensorPrimitives.Dot<double>(Weights, row[..Weights.Length]) - Mean;
}
