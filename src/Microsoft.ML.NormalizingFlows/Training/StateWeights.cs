using System.Numerics.Tensors;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// The weights p(z) that Gaussian states deserve once their layers are trained: what makes training rows most likely, by expectation
/// maximisation (Dempster et al. 1977) with each p(x|z) left as it is. Before, they are those of the mixture, whose background has a share
/// that the flow may have no use for.
/// </summary>
internal static class StateWeights
{
    private const int MaximumRows = 10_000;
    private const int Iterations = 50;

    /// <summary>The weights of a flow, but for its prior.</summary>
    /// <param name="evaluator">The flow.</param>
    /// <param name="arrays">Its values.</param>
    /// <param name="rows">Training rows, in no order.</param>
    public static IReadOnlyList<NamedArray> Refit(IFlowEvaluator evaluator, IReadOnlyList<NamedArray> arrays, RowTable rows)
    {
        double[] logWeights = [.. arrays.Single(array => array.Name == ParameterNames.StateLogWeights).Values];
        double[][] likelihoods = Likelihoods(evaluator, logWeights, rows);
        var weights = new double[logWeights.Length];
        TensorPrimitives.Exp<double>(logWeights, weights);
        for (int iteration = 0; iteration < Iterations; iteration++)
            weights = Improve(weights, likelihoods);
        return [.. arrays.Select(array => array.Name == ParameterNames.StateLogWeights ? array with { Values = [.. weights.Select(weight => (float)Math.Log(weight))] } : array)];
    }

    // p(x|z) of each row but for a factor of its own: what its posterior is without the prior.
    private static double[][] Likelihoods(IFlowEvaluator evaluator, double[] logWeights, RowTable rows)
    {
        int count = Math.Min(MaximumRows, rows.Count), states = logWeights.Length;
        var scores = new FlowScores(evaluator.Shape, FlowOutputs.Posterior, count) { PrunedProbability = Validation.Pruned };
        evaluator.Score(rows.Values[..(count * rows.Dimensions)], count, scores);
        return [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, states)
            .Select(state => scores.Posterior[row * states + state] / Math.Exp(logWeights[state])).ToArray())];
    }

    // Each state counts one row more, so that none is ruled out.
    private static double[] Improve(double[] weights, double[][] likelihoods)
    {
        var next = new double[weights.Length];
        Array.Fill(next, 1);
        var shares = new double[weights.Length];
        foreach (double[] likelihood in likelihoods)
        {
            TensorPrimitives.Multiply(likelihood, weights, shares);
            double sum = TensorPrimitives.Sum<double>(shares);
            TensorPrimitives.MultiplyAdd(shares, 1 / sum, next, next);
        }
        TensorPrimitives.Divide(next, likelihoods.Length + weights.Length, next);
        return next;
    }
}
