using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;

/// <summary>
/// Example 1 of the paper in closed form. For the mixture 0.5 N(-mu, s^2) + 0.5 N(mu, s^2) the optimal map to N(0, 1)
/// is Phi^-1 of the mixture's distribution function; its inverse has slope <c>s exp(mu^2 / (2 s^2))</c> at 0, which no
/// smooth small flow likes. Given the component, the optimal map is linear and its inverse has slope s. The expected
/// loss is integrated on a grid, so that there is no sampling error.
/// </summary>
public sealed class ExampleOneTests : IDisposable
{
    private const double Mu = 1, S = 0.5;
    private const int Points = 301;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_plain_spline_flow_learns_the_steep_map()
    {
        using Composition flow = Create(FlowMap.RationalQuadraticSpline, states: 1);
        Tensor grid = Grid();
        Tensor weights = Weights(x => 0.5 * Density(x, -Mu) + 0.5 * Density(x, Mu));
        double entropy = -Sum(weights, x => Math.Log(0.5 * Density(x, -Mu) + 0.5 * Density(x, Mu)));

        double loss = Train(flow, () => (weights * LogDensity(flow, grid, null)).sum().neg());

        Assert.InRange(loss - entropy, 0, 0.01);
        double closedForm = S * Math.Exp(Mu * Mu / (2 * S * S));
        Assert.InRange(SlopeOfInverseAtZero(flow, null) / closedForm, 0.9, 1.1);
    }

    [Fact]
    public void Given_the_component_the_map_is_linear()
    {
        using Composition flow = Create(FlowMap.Affine, states: 2);
        Tensor points = cat([Grid(), Grid()], 0);
        Tensor weights = 0.5 * cat([Weights(x => Density(x, -Mu)), Weights(x => Density(x, Mu))], 0);
        Tensor context = cat([Context(0, Points), Context(1, Points)], 0);

        double loss = Train(flow, () => (weights * LogDensity(flow, points, context)).sum().neg());

        double conditionalEntropy = 0.5 * Math.Log(2 * Math.PI * Math.E * S * S);
        Assert.InRange(loss - conditionalEntropy, -1e-6, 0.001);
        for (int state = 0; state < 2; state++)
            Assert.InRange(SlopeOfInverseAtZero(flow, Context(state, 1)) / S, 0.98, 1.02);
    }

    private static Composition Create(FlowMap map, int states)
    {
        Composition flow = Fresh.Layers(new FlowArchitecture
        {
            Dimensions = 1, States = states, Map = map, Layers = 1, HiddenUnits = 16, Bins = 16, Seed = 3,
        });
        Tensors.ToFloat64(flow);
        return flow;
    }

    private static double Train(Composition flow, Func<Tensor> loss)
    {
        const int steps = 400;
        using var optimizer = new FlowOptimizer(flow.named_parameters(), weightDecay: 0, clip: double.MaxValue);
        double last = 0;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            Tensor value = loss();
            optimizer.Step(value, 0.03 * 0.5 * (1 + Math.Cos(Math.PI * step / steps)));
            last = value.item<double>();
        }
        return last;
    }

    private static Tensor LogDensity(Bijection flow, Tensor x, Tensor? context)
    {
        ValueAndLogDeterminant noise = flow.Forward(x, context);
        return (noise.LogDeterminant - (noise.Value * noise.Value).sum(1L).Times(0.5)).Plus(-0.5 * Math.Log(2 * Math.PI));
    }

    private static double SlopeOfInverseAtZero(Bijection flow, Tensor? context)
    {
        // At the point that x = 0 maps to, which for the mixture is 0 by symmetry.
        Tensor noise = context is null ? flow.Forward(zeros(1, 1, float64)).Value : zeros(1, 1, float64);
        return Math.Exp(flow.Inverse(noise, context).LogDeterminant.item<double>());
    }

    private static Tensor Context(int state, int rows) =>
        nn.functional.one_hot(full(rows, state, int64), 2).to(float64);

    private static double At(int i) => -4 + 8.0 * i / (Points - 1);

    private static double Density(double x, double center) =>
        Math.Exp(-0.5 * (x - center) * (x - center) / (S * S)) / (S * Math.Sqrt(2 * Math.PI));

    private static Tensor Grid() => tensor(Enumerable.Range(0, Points).Select(At).ToArray(), [Points, 1]);

    private static Tensor Weights(Func<double, double> density) =>
        tensor(Enumerable.Range(0, Points).Select(i => density(At(i)) * 8 / (Points - 1)).ToArray(), [Points]);

    private static double Sum(Tensor weights, Func<double, double> function) =>
        Tensors.Values(weights).Select((weight, i) => weight * function(At(i))).Sum();
}
