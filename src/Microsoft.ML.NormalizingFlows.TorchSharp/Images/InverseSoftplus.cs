using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Images;

/// <summary>Positive numbers a as numbers of any sign, <c>u = ln(e^a - 1)</c>, which is the inverse of softplus.</summary>
internal static class InverseSoftplus
{
    /// <summary>What a is at least: u of 0 would be infinite.</summary>
    private const double Least = 1e-7;

    /// <summary>u, and ln du/da of each number.</summary>
    public static (Tensor Value, Tensor LogSlope) Of(Tensor positive)
    {
        var a = positive.AtLeast(Least);
        // ln(1 - e^-a) is also -ln du/da.
        var log = (-(-a).expm1()).log();
        return (a.Plus(log), -log);
    }
}
