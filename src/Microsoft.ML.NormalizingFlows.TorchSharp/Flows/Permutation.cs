using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Another order of the features, <c>y_i = x_order(i)</c>, so that the next layer groups them differently. Its
/// log-determinant is 0. The order is no learned value.
/// </summary>
internal sealed class Permutation : Bijection
{
    private readonly Tensor order;
    private readonly Tensor inverseOrder;

    /// <param name="order">Each of 0 .. D - 1 once.</param>
    public Permutation(long[] order) : base(nameof(Permutation), order.Length)
    {
        var inverse = new long[order.Length];
        Array.Fill(inverse, -1);
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] < 0 || order[i] >= order.Length || inverse[order[i]] != -1)
                throw new ArgumentException($"({string.Join(", ", order)}) is not a permutation.", nameof(order));
            inverse[order[i]] = i;
        }
        this.order = ModuleTensors.Constant(order);
        inverseOrder = ModuleTensors.Constant(inverse);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context) => Reorder(x, order);

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context) => Reorder(y, inverseOrder);

    private static ValueAndLogDeterminant Reorder(Tensor points, Tensor order) =>
        new(points.index_select(1, order), zeros(points.shape[0], points.dtype, points.device));
}
