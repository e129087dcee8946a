using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Networks;

/// <summary>
/// Tensors that a module owns. They belong to no dispose scope: a module built inside one outlives it. Fields that hold
/// them carry the names that stand in a model file, which is why those fields have no underscore.
/// </summary>
internal static class ModuleTensors
{
    /// <summary>A learned array of the given shape, float32, of zeros: what a flow starts from, or has learned, is loaded into it.</summary>
    public static Parameter Learned(params long[] shape) => Zeros(shape, learned: true);

    /// <summary>An array that stands in a model file beside the learned ones, but that no step of training changes.</summary>
    public static Parameter Fitted(params long[] shape) => Zeros(shape, learned: false);

    /// <summary>A vector that is not learned, float32.</summary>
    public static Tensor Constant(float[] values) => tensor(values, [values.Length]).DetachFromDisposeScope();

    /// <summary>A vector of positions, int64.</summary>
    public static Tensor Constant(long[] values) =>
        (values.Length == 0 ? zeros(0, int64) : tensor(values, [values.Length])).DetachFromDisposeScope();

    /// <summary>A mask of the given shape, bool.</summary>
    public static Tensor Constant(bool[] values, params long[] shape) => tensor(values, shape).DetachFromDisposeScope();

    private static Parameter Zeros(long[] shape, bool learned)
    {
        var parameter = new Parameter(zeros(shape), requires_grad: learned);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
