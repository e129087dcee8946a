using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// From the user's units to comparable ones: <c>z_i = (x_i - shift_i) / scale_i</c>, with
/// <c>ln |det| = -sum_i ln scale_i</c>, so that densities and samples stay in the user's units. Both vectors come from
/// the training rows and are not learned. What a density is given may stand behind the features: it is no part of the determinant. The standardised value is held within +-1e15: a row further out gets the
/// density of the nearest point there, and nothing behind this layer overflows float32.
/// </summary>
internal sealed class Standardization : Bijection
{
    private readonly Tensor shift;
    private readonly Tensor scale;
    private readonly int _counted;

    /// <param name="shift">D finite numbers, in the units of each feature.</param>
    /// <param name="scale">D finite numbers above 0, in the units of each feature.</param>
    /// <param name="counted">How many values, the first, count in the determinant; null for all.</param>
    public Standardization(float[] shift, float[] scale, int? counted = null) : base(nameof(Standardization), shift.Length)
    {
        _counted = counted ?? shift.Length;
        if (scale.Length != shift.Length)
            throw new ArgumentException($"There are {shift.Length} shifts and {scale.Length} scales.");
        if (!shift.All(float.IsFinite))
            throw new ArgumentException("A shift is not finite.", nameof(shift));
        // A subnormal scale has no finite reciprocal.
        if (!scale.All(value => value > 0 && float.IsNormal(value)))
            throw new ArgumentException("A scale is not a finite number above 0.", nameof(scale));
        this.shift = ModuleTensors.Constant(shift);
        this.scale = ModuleTensors.Constant(scale);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context) =>
        new(((x - shift) / scale).Within(-ParameterLimits.Standardized, ParameterLimits.Standardized), (-LogScale()).repeat(x.shape[0]));

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context) =>
        new((y * scale).Plus(shift), LogScale().repeat(y.shape[0]));

    private Tensor LogScale() => scale.narrow(0, 0, _counted).log().sum();
}
