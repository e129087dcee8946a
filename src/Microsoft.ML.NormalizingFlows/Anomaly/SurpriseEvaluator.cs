using System.Buffers;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Anomaly;

/// <summary>How odd rows are to a flow, to Gaussians, to the local states and to a forest, and what makes that comparable.</summary>
/// <param name="Local">The local states.</param>
/// <param name="Forest">The forest; null where the local states have a second view.</param>
/// <param name="Scales">Of the flow, then of each view of the local states, then of the forest.</param>
/// <param name="Relations">Linear relations between features; null where there are none.</param>
/// <param name="Gaussians">Beside the flow; null where there are none.</param>
internal sealed record SurpriseViews(LocalStates Local, IsolationForest? Forest, IReadOnlyList<SurpriseScale> Scales, LinearRelations? Relations, GaussianView? Gaussians)
{
    /// <summary>
    /// The mean over the views (Fisher 1932, Statistical Methods for Research Workers, combines independent tests so), and beside it what a broken relation is worth.
    /// The flow and the Gaussians are one view, halfway between them: both are densities.
    /// With a forest, the greatest of them counts as much as the mean: where anomalies are among the rows that views were made of, one view may see clearly what is hidden from the others.
    /// </summary>
    /// <param name="logDensity">log p(x) by the flow.</param>
    /// <param name="row">x.</param>
    /// <param name="workspace">2 n + 2 values, n prototypes.</param>
    public float Surprise(float logDensity, ReadOnlySpan<float> row, Span<float> workspace)
    {
        Span<float> standardized = Local.Dimensions <= 256 ? stackalloc float[Local.Dimensions] : new float[Local.Dimensions];
        Local.Standardize(row, standardized);
        var views = workspace[^2..][..Local.Views];
        Local.Look(standardized, views, workspace[..^2]);
        double density = Scales[0].Surprise(-logDensity);
        double sum = Gaussians is null ? density : 0.5 * (density + Gaussians.Surprise(standardized)), greatest = sum;
        for (int i = 0; i < views.Length; i++)
            Add(Scales[i + 1].Surprise(views[i]));
        if (Forest is not null)
            Add(Scales[^1].Surprise(Forest.Oddness(row)));
        double mean = sum / Scales.Count;
        return (float)((Forest is null ? mean : 0.5 * (mean + greatest)) + (Relations?.Excess(standardized) ?? 0));

        void Add(double surprise) => (sum, greatest) = (sum + surprise, Math.Max(greatest, surprise));
    }

    /// <summary>What each feature would be for the row to keep to the relations as nearly as it can by that feature alone; itself where it is in none.</summary>
    public void FollowFromOthers(ReadOnlySpan<float> row, Span<float> values)
    {
        if (Relations is null)
            return;
        var standardized = new float[Local.Dimensions];
        Local.Standardize(row, standardized);
        double[] corrections = Relations.Corrections(standardized);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(row[i] + corrections[i] * Local.Scale[i]);
    }
}

/// <summary>An evaluator that gives minus the surprise of rows in place of their log-densities.</summary>
internal sealed class SurpriseEvaluator(SharedEvaluator flow, FlowShape shape, SurpriseViews views) : IFlowEvaluator
{
    /// <summary>Computes what a detector's scores are made of; that of the flow itself where there are no views.</summary>
    public static SharedEvaluator Of(NormalizingVariationalFlowTransformer flow, SurpriseViews? views) => views is null
        ? flow.Evaluator
        : new SharedEvaluator(() => new SurpriseEvaluator(flow.Evaluator, flow.Model.Shape, views));

    public FlowShape Shape => shape;

    public void Score(ReadOnlySpan<float> rows, int count, FlowScores scores)
    {
        flow.Score(rows, count, scores);
        if (!scores.Outputs.HasFlag(FlowOutputs.LogDensity))
            return;
        int dimensions = shape.Dimensions, needed = 2 * views.Local.Count + 2;
        float[] workspace = ArrayPool<float>.Shared.Rent(needed);
        for (int i = 0; i < count; i++)
            scores.LogDensity[i] = -views.Surprise(scores.LogDensity[i], rows.Slice(i * dimensions, dimensions), workspace.AsSpan(0, needed));
        ArrayPool<float>.Shared.Return(workspace);
    }

    /// <exception cref="NotSupportedException">Rows are drawn from the flow.</exception>
    public void Sample(int count, RowStreams random, int? state, Span<float> rows, ReadOnlySpan<float> latents = default) => throw new NotSupportedException("Rows are drawn from the flow.");

    /// <exception cref="NotSupportedException">Quantiles are those of the flow.</exception>
    public void Quantiles(ReadOnlySpan<float> rows, int count, ReadOnlySpan<double> levels, Span<float> values) =>
        throw new NotSupportedException("Quantiles are those of the flow.");

    /// <summary>Nothing is owned: the flow is another's.</summary>
    public void Dispose()
    {
    }
}
