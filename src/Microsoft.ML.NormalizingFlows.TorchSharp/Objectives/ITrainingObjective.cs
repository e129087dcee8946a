using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>What a gradient step minimises.</summary>
internal interface ITrainingObjective
{
    /// <summary>The loss of <paramref name="flow"/> on the rows <paramref name="x"/>, (B, D).</summary>
    ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random);
}

/// <summary>What an objective gives for a batch.</summary>
/// <param name="Loss">The scalar to go down, everything that is learned included.</param>
/// <param name="NegativeLogDensity">The part that is reported, a scalar in nats: the mean of -log p(x) or of its bound.</param>
internal readonly record struct ObjectiveValue(Tensor Loss, Tensor NegativeLogDensity);
