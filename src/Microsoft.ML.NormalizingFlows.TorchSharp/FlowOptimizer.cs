using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>
/// AdamW with a clipped gradient norm (Loshchilov and Hutter 2019; plain Adam without weight decay):
/// <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>p = (1 - r w) p - r (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)</c>. Its state can be taken out as plain arrays and
/// put back. TorchSharp's own AdamW is not used: see <see cref="Networks.Arithmetic"/> for what goes wrong in it.
/// </summary>
internal sealed class FlowOptimizer : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    // Beside the norm of a gradient, as clip_grad_norm_ has it.
    private const double ClipEpsilon = 1e-6;

    // What is nothing beside epsilon, as in the managed engine, becomes 0: moments of an element whose gradient stays 0 would decay into the
    // subnormal numbers, which take a hundred times as long, and stay there. In so many steps they do not get from the bounds there.
    private const int FlushedEvery = 64;
    private const double NegligibleGradient = 1e-15, NegligibleMean = 1e-20, NegligibleSquare = 1e-30, NegligibleValue = 1e-30;

    // The parts of the vectors below that belong to a parameter, in its shape.
    private readonly (string Name, Parameter Values, Tensor Mean, Tensor Square, Tensor Change)[] _parameters;

    // One vector of all parameters each: an operation on a small array costs more in its call than in its numbers.
    private readonly Tensor _gradient, _mean, _square, _change;
    private readonly double _weightDecay;
    private readonly double _clip;
    private long _steps;

    /// <param name="parameters">What is learned, each by its own name.</param>
    /// <param name="weightDecay">w, 0 or more.</param>
    /// <param name="clip">The largest norm of a gradient.</param>
    public FlowOptimizer(IEnumerable<(string Name, Parameter Values)> parameters, double weightDecay, double clip)
    {
        (string Name, Parameter Values)[] all = [.. parameters];
        long length = all.Sum(pair => pair.Values.numel());
        var device = all.Length > 0 ? all[0].Values.device : CPU;
        var type = all.Length > 0 ? all[0].Values.dtype : ScalarType.Float32;
        Tensor New() => zeros([length], type, device).DetachFromDisposeScope();
        (_gradient, _mean, _square, _change) = (New(), New(), New(), New());
        _parameters = new (string, Parameter, Tensor, Tensor, Tensor)[all.Length];
        long start = 0;
        for (int i = 0; i < all.Length; i++)
        {
            var (name, values) = all[i];
            Tensor Part(Tensor vector) => vector.narrow(0, start, values.numel()).reshape(values.shape).DetachFromDisposeScope();
            values.grad = Part(_gradient);
            _parameters[i] = (name, values, Part(_mean), Part(_square), Part(_change));
            start += values.numel();
        }
        _weightDecay = weightDecay;
        _clip = clip;
    }

    /// <summary>
    /// Goes one step of size <paramref name="learningRate"/> down the gradient of <paramref name="loss"/>, a scalar. A gradient
    /// that is not finite is thrown away.
    /// </summary>
    /// <returns>Whether the step was taken.</returns>
    public bool Step(Tensor loss, double learningRate)
    {
        using var scope = NewDisposeScope();
        _gradient.zero_();
        loss.backward();
        double norm = _gradient.norm().to(float64).item<double>();
        if (!double.IsFinite(norm))
            return false;
        _steps++;
        Update(learningRate, norm);
        return true;
    }

    /// <summary>The moments of every parameter, and the number of steps.</summary>
    public IReadOnlyList<NamedArray> Extract()
    {
        var arrays = new List<NamedArray> { new(OptimizerNames.Steps, [], [_steps]) };
        foreach (var (name, _, mean, square, _) in _parameters)
        {
            arrays.Add(FlowArrays.Copy(name + OptimizerNames.Mean, mean));
            arrays.Add(FlowArrays.Copy(name + OptimizerNames.Square, square));
        }
        return arrays;
    }

    /// <summary>Puts back what <see cref="Extract"/> took out.</summary>
    public void Load(IReadOnlyList<NamedArray> arrays)
    {
        var byName = arrays.ToDictionary(array => array.Name);
        using var guard = no_grad();
        foreach (var (name, _, mean, square, _) in _parameters)
        {
            FlowArrays.Assign(mean, byName[name + OptimizerNames.Mean]);
            FlowArrays.Assign(square, byName[name + OptimizerNames.Square]);
        }
        _steps = (long)byName[OptimizerNames.Steps].Values[0];
    }

    public void Dispose()
    {
        foreach (var (_, values, mean, square, change) in _parameters)
        {
            values.grad = null;
            mean.Dispose();
            square.Dispose();
            change.Dispose();
        }
        foreach (var vector in new[] { _gradient, _mean, _square, _change })
            vector.Dispose();
    }

    private void Update(double learningRate, double norm)
    {
        using var guard = no_grad();
        using Scalar one = 1.0.ToScalar(), epsilon = Epsilon.ToScalar(), clipped = (_clip / (norm + ClipEpsilon)).ToScalar();
        using Scalar kept = (1 - learningRate * _weightDecay).ToScalar();
        using Scalar beta1 = Beta1.ToScalar(), fresh1 = (1 - Beta1).ToScalar();
        using Scalar beta2 = Beta2.ToScalar(), fresh2 = (1 - Beta2).ToScalar();
        using Scalar unbiased = (1 / Math.Sqrt(1 - Math.Pow(Beta2, _steps))).ToScalar();
        using Scalar rate = (-learningRate / (1 - Math.Pow(Beta1, _steps))).ToScalar();
        bool isOnCpu = _gradient.device_type == DeviceType.CPU, flushes = isOnCpu && _steps % FlushedEvery == 0;
        if (_clip < norm + ClipEpsilon)
            _gradient.mul_(clipped);
        if (isOnCpu)
            _gradient.ClearSmall(NegligibleGradient);
        _mean.mul_(beta1).add_(_gradient, fresh1);
        _square.mul_(beta2).addcmul_(_gradient, _gradient, fresh2);
        _change.zero_().addcdiv_(_mean, _square.sqrt().mul_(unbiased).add_(epsilon, one), rate);
        foreach (var (_, values, _, _, change) in _parameters)
        {
            if (_weightDecay > 0)
                values.mul_(kept);
            values.add_(change, one);
            if (flushes)
                values.ClearSmall(NegligibleValue);
        }
        if (!flushes)
            return;
        _mean.ClearSmall(NegligibleMean);
        _square.ClearSmall(NegligibleSquare);
    }
}
