using Microsoft.ML.NormalizingFlows.Model;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>What a network sees of a value, see <see cref="ParameterLimits.NetworkInput"/>.</summary>
internal static class InputRange
{
    public static Tensor Clamp(Tensor input) => input.Within(-ParameterLimits.NetworkInput, ParameterLimits.NetworkInput);
}
