using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>What an objective gives for a batch.</summary>
/// <param name="Loss">The scalar to go down, everything that is learned included.</param>
/// <param name="NegativeLogDensity">The part that is reported, a scalar in nats: the mean of -log p(x) or of its bound.</param>
internal readonly record struct ObjectiveValue(Tensor Loss, Tensor NegativeLogDensity);
