using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// <c>y = x + g(x, c)</c> (Behrmann et al. 2019, Invertible Residual Networks; Chen et al. 2019, Residual Flows). g is a network of matrices whose singular
/// values are at most 0.97, see <see cref="SpectralBound"/>, with <c>a sigmoid(s a) / 1.1</c> between them, whose slopes are below 1: so is that of g, and y
/// determines x. With J the Jacobian of g, <c>ln det (I + J)</c> is exact, see <see cref="NetworkJacobian"/>. The inverse takes steps of Newton's where they at
/// least halve the error, else those of the fixed point <c>x = y - g(x)</c>, which always shrink it.
/// </summary>
internal sealed class ResidualLayer : Bijection
{
    private const double MaximumSingularValue = 0.97;

    // The greatest slope of a sigmoid(a) is 1.0998.
    private const double Activation = 1 / 1.1;

    private const int MaximumSteps = 200;

    // In units of rounding.
    private const double Rounding = 32;

    private readonly Dense first;
    private readonly Projection? context;
    private readonly ModuleList<Dense> blocks;
    private readonly Dense final;
    private readonly Parameter sharpness;

    public ResidualLayer(int dimensions, ResidualSpec spec, int contextWidth) : base(nameof(ResidualLayer), dimensions, contextWidth)
    {
        int hidden = spec.Network.HiddenUnits;
        first = new Dense(dimensions, hidden);
        context = contextWidth > 0 ? new Projection(contextWidth, hidden) : null;
        blocks = new ModuleList<Dense>([.. Enumerable.Range(0, spec.Network.Blocks).Select(_ => new Dense(hidden, hidden))]);
        final = new Dense(hidden, dimensions);
        sharpness = ModuleTensors.Learned(1 + spec.Network.Blocks);
        RegisterComponents();
    }

    protected override ValueAndLogDeterminant ForwardCore(Tensor x, Tensor? context)
    {
        var (branch, jacobian) = Evaluate(x, context, Contracted());
        return new(x.Plus(branch), jacobian.LogDeterminant());
    }

    protected override ValueAndLogDeterminant InverseCore(Tensor y, Tensor? context)
    {
        Tensor[] weights = Contracted();
        Tensor found = Find(y.detach(), context, weights);
        // One step of Newton's more carries the gradient: the derivative of the inverse by the implicit function theorem.
        var (branch, jacobian) = Evaluate(found, context, weights);
        Tensor x = found - jacobian.Detach().Solve(found.Plus(branch) - y);
        return new(x, -Evaluate(x, context, weights).Jacobian.LogDeterminant());
    }

    private Tensor Find(Tensor y, Tensor? context, Tensor[] weights)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        double rounding = y.dtype == ScalarType.Float64 ? double.BitIncrement(1) - 1 : float.BitIncrement(1) - 1;
        // One far feature does not excuse the others.
        Tensor scale = y.abs().Plus(1).reciprocal(), x = y;
        for (int step = 0; step < MaximumSteps; step++)
        {
            using var inner = NewDisposeScope();
            var (branch, jacobian) = Evaluate(x, context, weights);
            Tensor excess = x.Plus(branch) - y, error = (excess.abs() * scale).amax([1L]);
            if (error.IsAtMost(Rounding * rounding).logical_or(error.isnan()).all().item<bool>())
                break;
            Tensor newton = x - jacobian.Solve(excess);
            Tensor newError = ((newton.Plus(Evaluate(newton, context, weights).Branch) - y).abs() * scale).amax([1L]);
            Tensor isTaken = newError.Times(2).le(error).unsqueeze(1);
            x = where(isTaken, newton, x - excess).MoveToOuterDisposeScope();
        }
        return x.MoveToOuterDisposeScope();
    }

    private Tensor[] Contracted() =>
        [.. new[] { first }.Concat(blocks).Append(final).Select(layer => SpectralBound.Limit(layer.Weight, MaximumSingularValue))];

    // g, (B, D), and its Jacobian.
    private (Tensor Branch, NetworkJacobian Jacobian) Evaluate(Tensor x, Tensor? given, Tensor[] weights)
    {
        Tensor isWithin = x.abs().IsAtMost(ParameterLimits.NetworkInput).to(x.dtype);
        Tensor value = nn.functional.linear(InputRange.Clamp(x), weights[0], first.Bias);
        if (context is not null)
            value = value.Plus(context.Forward(given!));
        Tensor sharp = sharpness.Softplus();
        var slopes = new Tensor[weights.Length - 1];
        for (int i = 0; i < slopes.Length; i++)
        {
            Tensor share = (value * sharp[i]).sigmoid();
            slopes[i] = share.Plus(value * sharp[i] * share * (-share).Plus(1)).Times(Activation);
            Tensor activated = (value * share).Times(Activation);
            value = nn.functional.linear(activated, weights[i + 1], (i < blocks.Count ? blocks[i] : final).Bias);
        }
        return (value, new NetworkJacobian(weights, slopes, isWithin));
    }
}
