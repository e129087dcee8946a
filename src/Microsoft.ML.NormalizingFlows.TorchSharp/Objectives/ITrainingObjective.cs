using Microsoft.ML.NormalizingFlows.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Objectives;

/// <summary>What a gradient step minimises.</summary>
internal interface ITrainingObjective
{
    /// <summary>The loss of <paramref name="flow"/> on the rows <paramref name="x"/>, (B, D).</summary>
    ObjectiveValue Evaluate(VariationalFlow flow, Tensor x, RandomStream random);
}
