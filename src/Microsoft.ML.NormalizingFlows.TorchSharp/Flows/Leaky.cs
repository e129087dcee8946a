using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// <c>y = x</c> where x is 0 or more, <c>y = a x</c> elsewhere; <c>a = sigmoid(u)</c> with a logit u that is held by <see cref="SoftLimit"/>, so that a is
/// above 1/1000 (Oliva et al. 2018, Transformation Autoregressive Networks).
/// </summary>
internal sealed class Leaky : Bijection
{
    private readonly Parameter logit;

    public Leaky(int dimensions) : base(nameof(Leaky), dimensions)
    {
        logit = ModuleTensors.Learned(1);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context) => Scale(x, 1);

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context) => Scale(y, -1);

    private ValueAndLogDeterminant Scale(Tensor points, double power)
    {
        Tensor logScale = nn.functional.logsigmoid(SoftLimit.Apply(logit, LeakySpec.MaximumLogit)).Times(power);
        Tensor isBelow = points.lt(zeros_like(points));
        return new(where(isBelow, points * logScale.exp(), points), isBelow.to(points.dtype).sum(1L) * logScale);
    }
}
