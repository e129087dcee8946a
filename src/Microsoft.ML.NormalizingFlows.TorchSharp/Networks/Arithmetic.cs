using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// Sums, and arithmetic with numbers, that are safe while other threads collect garbage. In TorchSharp 0.107 the operators
/// <c>tensor + tensor</c>, <c>tensor * number</c>, <c>square</c> and the like hand a temporary <see cref="Scalar"/> to native code without
/// keeping it alive: its finalizer may free it during the call, and the call then fails or computes with a wrong number.
/// Here every number lives until the call is done. Products, quotients and differences of tensors involve no number and
/// keep their operators; the others are in BannedSymbols.txt.
/// </summary>
internal static class Arithmetic
{
    private static readonly Scalar One = 1L.ToScalar();

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, double b)
    {
        using Scalar number = b.ToScalar();
        return a.add(number, One);
    }

    /// <summary>The next positions, of an int64 tensor.</summary>
    public static Tensor Next(this Tensor positions) => positions.add(One, One);

    /// <summary>a b.</summary>
    public static Tensor Times(this Tensor a, double b)
    {
        using Scalar number = b.ToScalar();
        return a.mul(number);
    }

    /// <summary>a, held within [low, high].</summary>
    public static Tensor Within(this Tensor a, double low, double high)
    {
        using Scalar least = low.ToScalar();
        using Scalar most = high.ToScalar();
        return a.clamp(least, most);
    }

    /// <summary>a, or low where that is greater.</summary>
    public static Tensor AtLeast(this Tensor a, double low)
    {
        using Scalar least = low.ToScalar();
        return a.clamp_min(least);
    }

    /// <summary>Where a &lt;= bound.</summary>
    public static Tensor IsAtMost(this Tensor a, double bound)
    {
        using Scalar most = bound.ToScalar();
        return a.le(most);
    }

    /// <summary>a, or a number where the mask is set.</summary>
    public static Tensor Filled(this Tensor a, Tensor mask, double value)
    {
        using Scalar number = value.ToScalar();
        return a.masked_fill(mask, number);
    }

    /// <summary>Sets what of a is within +-limit to 0, in place.</summary>
    public static void ClearSmall(this Tensor a, double limit)
    {
        using Scalar zero = 0.0.ToScalar();
        using var size = a.abs();
        using var small = size.IsAtMost(limit);
        a.masked_fill_(small, zero);
    }

    /// <summary>softplus(a) = ln(1 + e^a), written as -ln sigmoid(-a).</summary>
    public static Tensor Softplus(this Tensor a) => -nn.functional.logsigmoid(-a);
}
