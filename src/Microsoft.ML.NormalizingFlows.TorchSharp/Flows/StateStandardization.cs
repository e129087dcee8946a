using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// A place and a size of its own for each latent state, in front of the layers that all states share:
/// <c>z_i = (x_i - shift_ki) exp(-s_ki)</c> with <c>ln |det| = -sum_i s_ki</c>. Row k of each (K, D) table belongs to
/// state k and is chosen by the one-hot context, as the product context x table, which also passes the gradient of a
/// relaxed state on; what else stands in the context is not read. The log-scales s are held within +-12.
/// </summary>
internal sealed class StateStandardization : Bijection
{
    private readonly Parameter shift;
    private readonly Parameter logScale;

    private readonly int _states;

    /// <param name="states">K, the first of the context.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="contextWidth">Of the whole context; null for K.</param>
    public StateStandardization(int states, int dimensions, int? contextWidth = null)
        : base(nameof(StateStandardization), dimensions, contextWidth ?? states)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        _states = states;
        shift = ModuleTensors.Learned(states, dimensions);
        logScale = ModuleTensors.Learned(states, dimensions);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        var (place, size) = Select(context!);
        return new((x - place) * (-size).exp(), -size.sum(1L));
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        var (place, size) = Select(context!);
        return new((y * size.exp()).Plus(place), size.sum(1L));
    }

    private (Tensor Shift, Tensor LogScale) Select(Tensor context)
    {
        var state = context.narrow(1, 0, _states);
        return (state.matmul(shift), state.matmul(logScale.Within(-ParameterLimits.LogScale, ParameterLimits.LogScale)));
    }
}
