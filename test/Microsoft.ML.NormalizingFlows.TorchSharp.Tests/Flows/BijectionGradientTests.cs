using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>Gradients reach every parameter and stay finite, however far out the points are.</summary>
public sealed class BijectionGradientTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(BijectionCase.NamesAndContexts), MemberType = typeof(BijectionCase))]
    public void Every_parameter_gets_a_finite_gradient_that_is_not_zero(string name, bool context)
    {
        foreach (bool forward in new[] { true, false })
        {
            using Bijection f = BijectionCase.Named(name).Create(context);
            Tensor points = Tensors.Normal(new RandomStream(3), 1.5, 60, f.Dimensions);
            Tensor? c = context ? Tensors.OneHot(60, BijectionCase.ContextWidth) : null;
            Differentiate(forward ? f.Forward(points, c) : f.Inverse(points, c));
            foreach (var (parameterName, parameter) in f.named_parameters())
            {
                // With one feature an autoregressive network has nothing to read but the context.
                bool cut = f.Dimensions == 1 && f is MaskedAutoregressive && parameterName == "conditioner.initial.weight" && parameter.shape[1] == 1;
                if (parameter.numel() == 0 || cut)
                    continue;
                Assert.True(parameter.grad is not null, $"{parameterName} gets no gradient.");
                double[] gradient = Tensors.Values(parameter.grad);
                Assert.All(gradient, value => Assert.True(double.IsFinite(value), parameterName));
                Assert.True(gradient.Any(value => value != 0), $"The gradient of {parameterName} is zero.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(BijectionCase.NamesAndContexts), MemberType = typeof(BijectionCase))]
    public void Far_out_everything_is_finite_in_float32(string name, bool context)
    {
        if (BijectionCase.Named(name).IsPublishedForm)
            return;
        foreach (float far in new[] { 1e3f, 1e15f, 1e30f })
            foreach (bool forward in new[] { true, false })
            {
                using Bijection f = BijectionCase.Named(name).Create(context);
                f.to(float32);
                Tensor points = FarPoints(far, f.Dimensions).requires_grad_(true);
                Tensor? c = context ? Tensors.OneHot(points.shape[0], BijectionCase.ContextWidth).to(float32) : null;
                ValueAndLogDeterminant result = forward ? f.Forward(points, c) : f.Inverse(points, c);
                Assert.True(Tensors.AllFinite(result.Value), $"value at {far}");
                Assert.True(Tensors.AllFinite(result.LogDeterminant), $"log-determinant at {far}");
                Differentiate(result);
                Assert.True(Tensors.AllFinite(points.grad!), $"gradient of the points at {far}");
                foreach (var (parameterName, parameter) in f.named_parameters())
                    Assert.True(parameter.numel() == 0 || Tensors.AllFinite(parameter.grad!), $"gradient of {parameterName} at {far}");
            }
    }

    [Fact]
    public void Behind_a_standardisation_a_training_loss_is_finite_on_the_whole_float_range()
    {
        using Bijection flow = BijectionCase.Named("flow of affine couplings").Create(context: false);
        flow.to(float32);
        using var model = new Composition(new Standardization([0, 3], [1e-20f, 5]), flow);
        Tensor points = cat([FarPoints(1e30f, 2), FarPoints(float.MaxValue, 2), FarPoints(1e-38f, 2)], 0).requires_grad_(true);
        ValueAndLogDeterminant result = model.Forward(points);
        Tensor logDensity = result.LogDeterminant - 0.5 * result.Value.square().sum(1L);
        Assert.True(Tensors.AllFinite(logDensity));
        (-logDensity.mean()).backward();
        foreach (var (name, parameter) in model.named_parameters())
            Assert.True(Tensors.AllFinite(parameter.grad!), name);
        Assert.True(Tensors.AllFinite(points.grad!));
    }

    // Unequal weights, so that no sum cancels by symmetry.
    private static void Differentiate(ValueAndLogDeterminant result)
    {
        Tensor weights = Tensors.Normal(new RandomStream(6), 1, result.Value.shape).to(result.Value.dtype);
        Tensor loss = (weights * result.Value).sum() + (weights.select(1, 0) * result.LogDeterminant).sum();
        if (loss.requires_grad)
            loss.backward();
    }

    // Rows with one, some and all features far out, both ways.
    private static Tensor FarPoints(float far, int dimensions)
    {
        var values = new float[8 * dimensions];
        for (int row = 0; row < 8; row++)
            for (int i = 0; i < dimensions; i++)
                values[row * dimensions + i] = row switch
                {
                    0 => far,
                    1 => -far,
                    2 => i % 2 == 0 ? far : -far,
                    3 => i % 2 == 0 ? far : 0.3f,
                    4 => i % 2 == 0 ? -1.2f : far,
                    5 => i == 0 ? far : 0.1f * i,
                    6 => i == dimensions - 1 ? -far : 3,
                    _ => 0.5f,
                };
        return tensor(values, [8, dimensions]);
    }
}
