using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>What a bijection makes of a batch of points.</summary>
/// <param name="Value">The mapped points, (B, D).</param>
/// <param name="LogDeterminant">ln |det J| of the map that was applied (forward or inverse), at each point, (B).</param>
internal readonly record struct ValueAndLogDeterminant(Tensor Value, Tensor LogDeterminant);
