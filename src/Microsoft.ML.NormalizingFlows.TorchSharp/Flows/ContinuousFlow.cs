using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// The flow of <c>dx/dt = f(x, t, c)</c> from t = 0 to 1, whose log-determinant is the integral of the divergence of f (Grathwohl et al. 2019, FFJORD), by
/// <see cref="DormandPrince"/>. With <c>gate_i(t) = sigmoid(g_i t + k_i)</c>: <c>a_1 = tanh(gate_1 (W_1 x + b_1 + C c) + h_1 t)</c>,
/// <c>a_2 = tanh(gate_2 (W_2 a_1 + b_2) + h_2 t)</c>, and so on, <c>f = W_L a_L-1 + b_L + h_L t</c>. The divergence is exact: with
/// <c>d_i = gate_i (1 - a_i^2)</c> and two hidden layers it is <c>d_1' ((W_1 W_3) * W_2') d_2</c>, with one <c>sum_h d_1h (W_1 W_2)_hh</c>, with more
/// that of a <see cref="NetworkJacobian"/>, which takes some ten times as long; no trace is guessed at.
/// </summary>
internal sealed class ContinuousFlow : Bijection
{
    // In float64 the reference for everything else: no error but that of rounding should be seen.
    private const double Float64Tolerance = 1e-11;

    private readonly Dense first;
    private readonly Projection? context;
    private readonly ModuleList<Dense> blocks;
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
        blocks = new ModuleList<Dense>([.. Enumerable.Range(0, spec.Network.Blocks).Select(_ => new Dense(hidden, hidden))]);
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
        // What the divergence is made of wherever it is asked for: W_1 W_3 * W_2', or the diagonal of W_1 W_2.
        Tensor[] weights = [first.Weight, .. blocks.Select(block => block.Weight), final.Weight];
        Tensor? loops = blocks.Count switch
        {
            0 => weights[0].mm(weights[1]).diagonal(),
            1 => weights[0].mm(weights[2]) * weights[1].t(),
            _ => null,
        };
        // Backwards in time the same curve is run through with the sign turned.
        double sign = isForward ? 1 : -1;
        Tensor state = cat([start, zeros(start.shape[0], 1, start.dtype, start.device)], 1);
        double tolerance = start.dtype == ScalarType.Float64 ? Math.Min(_tolerance, Float64Tolerance) : _tolerance;
        Tensor end = DormandPrince.Solve(
            state, tolerance, (s, time) => Slope(s.narrow(1, 0, Dimensions), isForward ? time : (-time).Plus(1), told, weights, loops).Times(sign));
        return new(end.narrow(1, 0, Dimensions), end.select(1, Dimensions));
    }

    // dx/dt and d ln |det| / dt beside it, (B, D + 1); the time is (B, 1).
    private Tensor Slope(Tensor x, Tensor time, Tensor? told, Tensor[] weights, Tensor? loops)
    {
        Tensor value = first.Forward(x);
        if (told is not null)
            value = value.Plus(told);
        var slopes = new Tensor[1 + blocks.Count];
        (value, slopes[0]) = Activate(value, time, 0);
        for (int i = 1; i < slopes.Length; i++)
            (value, slopes[i]) = Activate(blocks[i - 1].Forward(value), time, i);
        Tensor divergence = slopes.Length switch
        {
            1 => (slopes[0] * loops!).sum(1L),
            2 => (slopes[0].mm(loops!) * slopes[1]).sum(1L),
            _ => new NetworkJacobian(weights, slopes).Trace(),
        };
        return cat([final.Forward(value).Plus(time * finalDrift), divergence.unsqueeze(1)], 1);
    }

    private (Tensor Value, Tensor Slope) Activate(Tensor value, Tensor time, int layer)
    {
        Tensor opening = (time * gateSlope[layer]).Plus(gate[layer]).sigmoid();
        Tensor activated = (value * opening).Plus(time * drift[layer]).tanh();
        return (activated, opening * (-(activated * activated)).Plus(1));
    }
}
