using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Networks;

/// <summary>
/// What a network sees of a value: itself within +-100, the nearest end beyond. Values are standardised, so this is a
/// hundred standard deviations; further out a network has nothing to tell apart, and without a bound one far row would
/// overflow its activations or, in training, drown all other rows.
/// </summary>
internal static class InputRange
{
    public const double Limit = 100;

    public static Tensor Clamp(Tensor input) => input.Within(-Limit, Limit);
}
