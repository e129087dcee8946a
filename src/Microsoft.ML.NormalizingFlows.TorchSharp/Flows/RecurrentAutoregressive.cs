using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// Each feature is mapped as those before it, and the context, say, by a <see cref="RecurrentNetwork"/> (Oliva et al. 2018, Transformation Autoregressive
/// Networks). The Jacobian is lower triangular; forward and inverse both take D small steps.
/// </summary>
internal sealed class RecurrentAutoregressive : Bijection
{
    private readonly RecurrentNetwork conditioner;
    private readonly ElementwiseMap _map;

    public RecurrentAutoregressive(int dimensions, ElementwiseMap map, RecurrentNetwork conditioner)
        : base(nameof(RecurrentAutoregressive), dimensions, conditioner.ContextWidth)
    {
        this.conditioner = conditioner;
        _map = map;
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        Tensor seen = InputRange.Clamp(x), memory = conditioner.Start(x);
        var memories = new List<Tensor>();
        for (int i = 0; i < Dimensions; i++)
            memories.Add(memory = conditioner.Read(i == 0 ? Nothing(x) : seen.narrow(1, i - 1, 1), memory, context, i));
        var mapped = _map.Forward(x, conditioner.Parameters(memories, context));
        return new(mapped.Value, mapped.LogDerivative.sum(1L));
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        Tensor memory = conditioner.Start(y), before = Nothing(y);
        var found = new List<Tensor>();
        var logDerivatives = new List<Tensor>();
        for (int i = 0; i < Dimensions; i++)
        {
            memory = conditioner.Read(before, memory, context, i);
            var mapped = _map.Inverse(y.narrow(1, i, 1), conditioner.Parameters(memory, context, i));
            found.Add(mapped.Value);
            logDerivatives.Add(mapped.LogDerivative);
            before = InputRange.Clamp(mapped.Value);
        }
        return new(cat(found, 1), cat(logDerivatives, 1).sum(1L));
    }

    private static Tensor Nothing(Tensor points) => zeros(points.shape[0], 1, points.dtype, points.device);
}
