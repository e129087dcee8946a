using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The flow of <c>dx/dt = f(x, t, c)</c> from t = 0 to 1, whose log-determinant is the integral of the divergence of f (Grathwohl et al. 2019, FFJORD), by
/// <see cref="DormandPrince"/>. With <c>gate_i(t) = sigmoid(g_i t + k_i)</c>: <c>a_1 = tanh(gate_1 (W_1 x + b_1 + C c) + h_1 t)</c>,
/// <c>a_2 = tanh(gate_2 (W_2 a_1 + b_2) + h_2 t)</c>, <c>f = W_3 a_2 + b_3 + h_3 t</c>, or without the second layer. The divergence is exact:
/// with <c>d_i = gate_i (1 - a_i^2)</c> it is <c>d_1' ((W_1 W_3) * W_2') d_2</c>, or <c>sum_h d_1h (W_1 W_3)_hh</c>; no trace is guessed at.
/// </summary>
internal sealed class ContinuousFlow : Bijection
{
    // In float64 the reference for everything else: no error but that of rounding should be seen.
    private const double Float64Tolerance = 1e-11;

    private readonly Dense first;
    private readonly Projection? context;
    private readonly Dense? second;
    private readonly Dense final;
    private readonly Parameter gateSlope;
    private readonly Parameter gate;
    private readonly Parameter drift;
    private readonly Parameter finalDrift;
    private readonly double _tolerance;

    public ContinuousFlow(int dimensions, ContinuousSpec spec, int contextWidth) : base(nameof(ContinuousFlow), dimensions, contextWidth)
    {
        int hidden = spec.Network.HiddenUnits, layers = 1 + spec.Network.Blocks;
        _tolerance = spec.Tolerance;
        first = new Dense(dimensions, hidden);
        context = contextWidth > 0 ? new Projection(contextWidth, hidden) : null;
        second = layers > 1 ? new Dense(hidden, hidden) : null;
        final = new Dense(hidden, dimensions);
        gateSlope = ModuleTensors.Learned(layers, hidden);
        gate = ModuleTensors.Learned(layers, hidden);
        drift = ModuleTensors.Learned(layers, hidden);
        finalDrift = ModuleTensors.Learned(dimensions);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context) => Solve(x, context, isForward: true);

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context) => Solve(y, context, isForward: false);

    private ValueAndLogDeterminant Solve(Tensor start, Tensor? given, bool isForward)
    {
        Tensor? told = context?.Forward(given!);
        // W_1 W_3 * W_2', of which the divergence is made; on the diagonal alone where there is no second layer.
        Tensor loops = first.Weight.mm(final.Weight);
        loops = second is null ? loops.diagonal() : loops * second.Weight.t();
        // Backwards in time the same curve is run through with the sign turned.
        double sign = isForward ? 1 : -1;
        Tensor state = cat([start, zeros(start.shape[0], 1, start.dtype, start.device)], 1);
        double tolerance = start.dtype == ScalarType.Float64 ? Math.Min(_tolerance, Float64Tolerance) : _tolerance;
        Tensor end = DormandPrince.Solve(
            state, tolerance, (s, time) => Slope(s.narrow(1, 0, Dimensions), isForward ? time : (-time).Plus(1), told, loops).Times(sign));
        return new(end.narrow(1, 0, Dimensions), end.select(1, Dimensions));
    }

    // dx/dt and d ln |det| / dt beside it, (B, D + 1); the time is (B, 1).
    private Tensor Slope(Tensor x, Tensor time, Tensor? told, Tensor loops)
    {
        Tensor value = first.Forward(x);
        if (told is not null)
            value = value.Plus(told);
        var (activated, slope) = Activate(value, time, 0);
        Tensor divergence;
        if (second is null)
        {
            divergence = (slope * loops).sum(1L);
        }
        else
        {
            Tensor before = slope;
            (activated, slope) = Activate(second.Forward(activated), time, 1);
            divergence = (before.mm(loops) * slope).sum(1L);
        }
        return cat([final.Forward(activated).Plus(time * finalDrift), divergence.unsqueeze(1)], 1);
    }

    private (Tensor Value, Tensor Slope) Activate(Tensor value, Tensor time, int layer)
    {
        Tensor opening = (time * gateSlope[layer]).Plus(gate[layer]).sigmoid();
        Tensor activated = (value * opening).Plus(time * drift[layer]).tanh();
        return (activated, opening * (-(activated * activated)).Plus(1));
    }
}
