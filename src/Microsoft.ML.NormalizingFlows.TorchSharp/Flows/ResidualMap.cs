using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Flows;

/// <summary>
/// <c>y = x + g(x)</c> (Behrmann et al. 2019, Invertible Residual Networks; Chen et al. 2019, Residual Flows). g is a network of matrices whose singular
/// values are at most 0.97, see <see cref="SpectralBound"/>, with <c>a sigmoid(s a) / 1.1</c> between them, whose slopes are below 1: so is that of g, and y
/// determines x. With J the Jacobian of g, <c>ln det (I + J)</c> is exact, see <see cref="NetworkJacobian"/>. The inverse takes steps of Newton's where they at
/// least halve the error, else those of the fixed point <c>x = y - g(x)</c>, which always shrink it.
/// </summary>
internal sealed class ResidualMap
{
    private const double MaximumSingularValue = 0.97;

    // The greatest slope of a sigmoid(a) is 1.0998.
    private const double Activation = 1 / 1.1;

    private const int MaximumSteps = 200;

    // In units of rounding.
    private const double Rounding = 32;

    private readonly Tensor[] _weights, _biases;
    private readonly Tensor _sharpness;

    /// <param name="layers">Weights, (out, in), and biases of g, the first layer first.</param>
    /// <param name="sharpness">softplus of it is s of each layer but the last.</param>
    public ResidualMap(IReadOnlyList<(Tensor Weight, Tensor Bias)> layers, Tensor sharpness)
    {
        _weights = [.. layers.Select(layer => SpectralBound.Limit(layer.Weight, MaximumSingularValue))];
        _biases = [.. layers.Select(layer => layer.Bias)];
        _sharpness = sharpness.Softplus();
    }

    /// <summary>y, and ln |det| of each row.</summary>
    /// <param name="x">(B, D)</param>
    /// <param name="given">What is added behind the first matrix, (B, hidden units); null for nothing.</param>
    public ValueAndLogDeterminant Forward(Tensor x, Tensor? given)
    {
        var (branch, jacobian) = Evaluate(x, given);
        return new(x.Plus(branch), jacobian.LogDeterminant());
    }

    /// <summary>x, and ln |det| of the inverse.</summary>
    public ValueAndLogDeterminant Inverse(Tensor y, Tensor? given)
    {
        Tensor found = Find(y.detach(), given);
        // One step of Newton's more carries the gradient: the derivative of the inverse by the implicit function theorem.
        var (branch, jacobian) = Evaluate(found, given);
        Tensor x = found - jacobian.Detach().Solve(found.Plus(branch) - y);
        return new(x, -Evaluate(x, given).Jacobian.LogDeterminant());
    }

    private Tensor Find(Tensor y, Tensor? given)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        double rounding = y.dtype == ScalarType.Float64 ? double.BitIncrement(1) - 1 : float.BitIncrement(1) - 1;
        // One far feature does not excuse the others.
        Tensor scale = y.abs().Plus(1).reciprocal(), x = y;
        for (int step = 0; step < MaximumSteps; step++)
        {
            using var inner = NewDisposeScope();
            var (branch, jacobian) = Evaluate(x, given);
            Tensor excess = x.Plus(branch) - y, error = (excess.abs() * scale).amax([1L]);
            if (error.IsAtMost(Rounding * rounding).logical_or(error.isnan()).all().item<bool>())
                break;
            Tensor newton = x - jacobian.Solve(excess);
            Tensor newError = ((newton.Plus(Evaluate(newton, given).Branch) - y).abs() * scale).amax([1L]);
            Tensor isTaken = newError.Times(2).le(error).unsqueeze(1);
            x = where(isTaken, newton, x - excess).MoveToOuterDisposeScope();
        }
        return x.MoveToOuterDisposeScope();
    }

    // g, (B, D), and its Jacobian.
    private (Tensor Branch, NetworkJacobian Jacobian) Evaluate(Tensor x, Tensor? given)
    {
        Tensor isWithin = x.abs().IsAtMost(ParameterLimits.NetworkInput).to(x.dtype);
        Tensor value = nn.functional.linear(InputRange.Clamp(x), _weights[0], _biases[0]);
        if (given is not null)
            value = value.Plus(given);
        var slopes = new Tensor[_weights.Length - 1];
        for (int i = 0; i < slopes.Length; i++)
        {
            Tensor share = (value * _sharpness[i]).sigmoid();
            slopes[i] = share.Plus(value * _sharpness[i] * share * (-share).Plus(1)).Times(Activation);
            Tensor activated = (value * share).Times(Activation);
            value = nn.functional.linear(activated, _weights[i + 1], _biases[i + 1]);
        }
        return (value, new NetworkJacobian(_weights, slopes, isWithin));
    }
}
