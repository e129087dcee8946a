using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Each feature is mapped as those before it, and the context, say: <c>y_i = m(x_i; net_i(x_1 .. x_(i-1), c))</c>, with
/// all net_i in one masked network (Papamakarios et al. 2017, MAF). The Jacobian is lower triangular. Forward takes
/// one pass; the inverse finds feature after feature, in D passes.
/// </summary>
internal sealed class MaskedAutoregressive : Bijection
{
    private readonly Conditioner conditioner;
    private readonly ElementwiseMap _map;
    private readonly bool _limitInput;

    /// <param name="dimensions">D.</param>
    /// <param name="map">The map of each feature.</param>
    /// <param name="conditioner">From D inputs to the D P raw parameters, feature by feature; those of feature i depend on the features before it alone.</param>
    /// <param name="limitInput">Whether the network's input is held within <see cref="InputRange"/>.</param>
    public MaskedAutoregressive(int dimensions, ElementwiseMap map, Conditioner conditioner, bool limitInput)
        : base(nameof(MaskedAutoregressive), dimensions, conditioner.ContextWidth)
    {
        if (conditioner.Inputs != dimensions || conditioner.Outputs != dimensions * map.ParametersPerFeature)
            throw new ArgumentException($"A network from {conditioner.Inputs} to {conditioner.Outputs} values does not fit.", nameof(conditioner));
        this.conditioner = conditioner;
        _map = map;
        _limitInput = limitInput;
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        var mapped = _map.Forward(x, Parameters(x, context));
        return new(mapped.Value, mapped.LogDerivative.sum(1L));
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        int width = _map.ParametersPerFeature;
        Tensor found = zeros(y.shape[0], 0, y.dtype, y.device);
        Tensor logDeterminant = zeros(y.shape[0], y.dtype, y.device);
        for (int i = 0; i < Dimensions; i++)
        {
            // Features not found yet count as 0: the parameters of feature i do not depend on them.
            Tensor known = cat([found, zeros(y.shape[0], Dimensions - i, y.dtype, y.device)], 1);
            Tensor raw = Parameters(known, context).narrow(1, i * width, width);
            var mapped = _map.Inverse(y.narrow(1, i, 1), raw);
            found = cat([found, mapped.Value], 1);
            logDeterminant = logDeterminant.Plus(mapped.LogDerivative.squeeze(1));
        }
        return new(found, logDeterminant);
    }

    private Tensor Parameters(Tensor x, Tensor? context) =>
        conditioner.Forward(_limitInput ? InputRange.Clamp(x) : x, context);
}
