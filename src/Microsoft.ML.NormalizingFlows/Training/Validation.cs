using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>How good a flow is on rows that it does not train on.</summary>
/// <param name="Loss">The mean of -log p(x) in nats, exact but for a continuous latent, summed in float64.</param>
/// <param name="MutualInformation">I(x; z) in nats; of a continuous latent the mean of KL(q || p), which is no less.</param>
/// <param name="StatesUsed">Latent states that are used; of a continuous latent the dimensions that are.</param>
internal readonly record struct Validation(double Loss, double MutualInformation, int StatesUsed)
{
    private const int BatchRows = 2_048;

    /// <summary>
    /// What is left out of Gaussian states, of which there may be many: q(z|x) is the better known there, and a held-out row costs some
    /// states in place of all. The loss is then at most so much too great where q is right.
    /// </summary>
    public const double Pruned = 1e-3;

    /// <summary>What may be left out of a flow's scores: see <see cref="Pruned"/>.</summary>
    public static double PrunedOf(FlowSpec spec) => spec.Latent is MixtureLatentSpec ? Pruned : 0;

    /// <param name="evaluator">The flow.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="prunedProbability">See <see cref="FlowScores.PrunedProbability"/>.</param>
    /// <param name="draws">See <see cref="FlowScores.Draws"/>.</param>
    /// <param name="group">Processes that share the rows out, and all get the same; null for this one alone.</param>
    public static Validation Of(
        IFlowEvaluator evaluator, RowTable rows, double prunedProbability = 0, int draws = LatentDraws.Usual, TrainingGroup? group = null)
    {
        var shape = evaluator.Shape;
        int width = shape.Width, states = shape.States;
        var outputs = FlowOutputs.LogDensity | FlowOutputs.Posterior | (shape.Latent > 0 ? FlowOutputs.LatentMoments : FlowOutputs.None);
        var scores = new FlowScores(shape, outputs, Math.Min(BatchRows, rows.Count)) { PrunedProbability = prunedProbability, Draws = draws };
        var usage = new LatentUsage(states);
        var coordinates = new CoordinateUsage(shape.Latent);
        var (first, end) = group?.Share(rows.Count) ?? (0, rows.Count);
        double sum = 0;
        for (int start = first; start < end; start += BatchRows)
        {
            int size = Math.Min(BatchRows, end - start);
            evaluator.Score(rows.Values.Slice(start * width, size * width), size, scores);
            for (int i = 0; i < size; i++)
            {
                sum += scores.LogDensity[i];
                usage.Add(scores.Posterior.AsSpan(i * states, states));
            }
            coordinates.Add(scores, size);
        }
        if (group is not null)
        {
            sum = group.Sum(sum);
            usage.Share(group);
            coordinates.Share(group);
        }
        return shape.Latent > 0
            ? new Validation(-sum / rows.Count, coordinates.Divergence, coordinates.Active)
            : new Validation(-sum / rows.Count, usage.MutualInformation, usage.StatesUsed);
    }

    /// <summary>
    /// An upper bound of the loss of a flow whose states are Gaussians, of which a row takes many: each row is seen from one state, drawn from
    /// q(z|x), as in training. The same draws after each epoch tell epochs apart as the loss itself would, in the time of one state.
    /// </summary>
    /// <param name="evaluator">The flow.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="uniforms">A number in [0, 1) for each row, which its state is drawn with.</param>
    /// <param name="group">Processes that share the rows out; null for this one alone.</param>
    public static double BoundOf(IFlowEvaluator evaluator, RowTable rows, float[] uniforms, TrainingGroup? group = null)
    {
        int width = evaluator.Shape.Width;
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.DrawnBound, Math.Min(BatchRows, rows.Count));
        var (first, end) = group?.Share(rows.Count) ?? (0, rows.Count);
        double sum = 0;
        for (int start = first; start < end; start += BatchRows)
        {
            int size = Math.Min(BatchRows, end - start);
            scores.Uniforms = uniforms.AsMemory(start, size);
            evaluator.Score(rows.Values.Slice(start * width, size * width), size, scores);
            for (int i = 0; i < size; i++)
                sum += scores.DrawnBound[i];
        }
        return -(group?.Sum(sum) ?? sum) / rows.Count;
    }
}
