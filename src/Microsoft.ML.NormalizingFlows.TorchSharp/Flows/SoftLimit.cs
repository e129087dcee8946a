using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Holds a raw parameter within (-limit, limit): <c>u / (1 + |u| / limit)</c>. The slope is 1 at 0 and positive
/// everywhere, so that learning never gets stuck, and no raw value however large leads to a map too steep for float32.
/// The limits are in <see cref="ParameterLimits"/>.
/// </summary>
internal static class SoftLimit
{
    public static Tensor Apply(Tensor raw, double limit) => raw / raw.abs().Times(1 / limit).Plus(1);
}
