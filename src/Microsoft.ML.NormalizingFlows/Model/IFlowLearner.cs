using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Model;

/// <summary>A flow that is being trained: what the training loop needs of an engine. For one thread at a time.</summary>
internal interface IFlowLearner : IDisposable
{
    /// <summary>Scores rows with the weights as they stand, without dropout. Belongs to the learner.</summary>
    IFlowEvaluator Evaluator { get; }

    /// <summary>The number of learned values.</summary>
    long Parameters { get; }

    /// <summary>
    /// Goes one step down the gradient of the loss of <paramref name="count"/> rows, (count, D) row-major. A step whose loss or
    /// gradient is not finite is left out.
    /// </summary>
    /// <param name="phase">Which loss.</param>
    /// <param name="rows">In the user's units.</param>
    /// <param name="count">1 or more.</param>
    /// <param name="noise">Where a loss gets its random numbers.</param>
    /// <param name="dropoutSeed">Decides which units are dropped.</param>
    /// <param name="learningRate">The size of the step.</param>
    /// <returns>The mean of -log p(x) or its bound over the rows, in nats; NaN where the step was left out.</returns>
    double Step(LearningPhase phase, ReadOnlySpan<float> rows, int count, RandomStream noise, uint dropoutSeed, double learningRate);

    /// <summary>The standardisation and all learned values, by name.</summary>
    IReadOnlyList<NamedArray> ExtractWeights();

    /// <summary>The state of the optimizer, by name.</summary>
    IReadOnlyList<NamedArray> ExtractOptimizerState();

    /// <summary>Puts both back.</summary>
    void Load(IReadOnlyList<NamedArray> weights, IReadOnlyList<NamedArray> optimizerState);
}
