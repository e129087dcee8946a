using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Some features pass unchanged and, with the context, say how the others are mapped:
/// <c>y_A = x_A, y_B = m(x_B; net(x_A, c))</c> (Dinh et al. 2017, RealNVP). The Jacobian is triangular, and the inverse
/// takes one pass, for x_A is known from the start. Where no feature passes unchanged (D = 1), the network sees the
/// context alone, or a constant where there is none.
/// </summary>
internal sealed class Coupling : Bijection
{
    private readonly Conditioner conditioner;
    private readonly ElementwiseMap _map;
    private readonly bool _limitInput;
    private readonly Tensor conditioning;
    private readonly Tensor transformed;
    private readonly Tensor restored;

    /// <param name="mask">Of length D; true where the feature is mapped, false where it conditions. At least one is mapped.</param>
    /// <param name="map">The map of each feature of the mapped part.</param>
    /// <param name="conditioner">From the features that pass, or one constant for nothing at all, and the context to the raw parameters of the mapped features.</param>
    /// <param name="limitInput">Whether the network's input is held within <see cref="InputRange"/>.</param>
    public Coupling(bool[] mask, ElementwiseMap map, Conditioner conditioner, bool limitInput)
        : base(nameof(Coupling), mask.Length, conditioner.ContextWidth)
    {
        long[] mapped = [.. Positions(mask, true)];
        long[] passing = [.. Positions(mask, false)];
        if (mapped.Length == 0)
            throw new ArgumentException("A coupling maps at least one feature.", nameof(mask));
        bool needsConstant = passing.Length == 0 && conditioner.Given == 0;
        if (conditioner.Inputs != (needsConstant ? 1 : passing.Length) || conditioner.Outputs != mapped.Length * map.ParametersPerFeature)
            throw new ArgumentException($"A network from {conditioner.Inputs} to {conditioner.Outputs} values does not fit.", nameof(conditioner));
        var order = new long[mask.Length];
        for (int i = 0; i < passing.Length; i++)
            order[passing[i]] = i;
        for (int i = 0; i < mapped.Length; i++)
            order[mapped[i]] = passing.Length + i;

        this.conditioner = conditioner;
        _map = map;
        _limitInput = limitInput;
        conditioning = ModuleTensors.Constant(passing);
        transformed = ModuleTensors.Constant(mapped);
        restored = ModuleTensors.Constant(order);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        Tensor passing = x.index_select(1, conditioning);
        var mapped = _map.Forward(x.index_select(1, transformed), Parameters(passing, context));
        return Together(passing, mapped);
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        Tensor passing = y.index_select(1, conditioning);
        var mapped = _map.Inverse(y.index_select(1, transformed), Parameters(passing, context));
        return Together(passing, mapped);
    }

    private Tensor Parameters(Tensor passing, Tensor? context)
    {
        Tensor input = passing.shape[1] == conditioner.Inputs ? passing : ones(passing.shape[0], 1, passing.dtype, passing.device);
        return conditioner.Forward(_limitInput ? InputRange.Clamp(input) : input, context);
    }

    private ValueAndLogDeterminant Together(Tensor passing, ElementwiseMap.Mapped mapped) =>
        new(cat([passing, mapped.Value], 1).index_select(1, restored), mapped.LogDerivative.sum(1L));

    private static IEnumerable<long> Positions(bool[] mask, bool value)
    {
        for (int i = 0; i < mask.Length; i++)
            if (mask[i] == value)
                yield return i;
    }
}
