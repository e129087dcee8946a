using System.Text.Json;
using Microsoft.ML.NormalizingFlows.Torch.Flows;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Golden;

/// <summary>The published parameterisation agrees with an independent implementation to 1e-9 in float64.</summary>
[Trait("Category", "Golden")]
public sealed class GoldenTests : IDisposable
{
    private const double Tolerance = 1e-9;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [SkippableFact]
    public void Rational_quadratic_spline()
    {
        JsonElement cases = GoldenFolder.Read("rational_quadratic_spline.json");
        Assert.NotEqual(0, cases.GetArrayLength());
        int number = 0;
        foreach (JsonElement golden in cases.EnumerateArray())
        {
            string name = $"case {number++}";
            var map = new RationalQuadraticSplineMap(new(golden.Int("bins"), golden.GetProperty("tailBound").GetDouble(), LogitScale: 1, IsSoftLimited: false));
            Tensor raw = cat(
                [golden.GetProperty("unnormalizedWidths").Tensor(), golden.GetProperty("unnormalizedHeights").Tensor(),
                 golden.GetProperty("unnormalizedDerivatives").Tensor()], 1);
            Tensor x = golden.GetProperty("x").Tensor().unsqueeze(1);
            var forward = map.Forward(x, raw);
            var inverse = map.Inverse(x, raw);
            AssertClose(golden, "forward", forward.Value.squeeze(1), name);
            AssertClose(golden, "forwardLogAbsDet", forward.LogDerivative.squeeze(1), name);
            AssertClose(golden, "inverse", inverse.Value.squeeze(1), name);
            AssertClose(golden, "inverseLogAbsDet", inverse.LogDerivative.squeeze(1), name);
        }
    }

    [SkippableFact]
    public void Layers()
    {
        JsonElement cases = GoldenFolder.Read("layers.json");
        Assert.NotEmpty(cases.EnumerateObject());
        foreach (JsonProperty golden in cases.EnumerateObject())
        {
            using Bijection layer = GoldenValues.Layer(golden.Name, golden.Value);
            Tensor x = golden.Value.GetProperty("x").Tensor();
            Tensor? context = golden.Value.OptionalTensor("context");
            ValueAndLogDeterminant forward = layer.Forward(x, context);
            AssertClose(golden.Value, "forward", forward.Value, golden.Name);
            AssertClose(golden.Value, "forwardLogAbsDet", forward.LogDeterminant, golden.Name);
            // Where the map is flat, x is not determined to this precision, but its image is.
            ValueAndLogDeterminant back = layer.Inverse(golden.Value.GetProperty("forward").Tensor(), context);
            AssertClose(golden.Value, "forward", layer.Forward(back.Value, context).Value, golden.Name);
        }
    }

    [SkippableFact]
    public void Discrete_mixture()
    {
        JsonElement golden = GoldenFolder.Read("mixture.json");
        int states = golden.Int("states");
        using Bijection flow = MixtureFlow(golden);
        Tensor x = golden.GetProperty("x").Tensor();
        long rows = x.shape[0];
        int features = golden.Int("features");

        var givenState = new List<Tensor>();
        for (int state = 0; state < states; state++)
        {
            Tensor context = nn.functional.one_hot(full(rows, state, int64), states).to(float64);
            ValueAndLogDeterminant noise = flow.Forward(x, context);
            givenState.Add(noise.LogDeterminant - 0.5 * noise.Value.square().sum(1L) - 0.5 * features * Math.Log(2 * Math.PI));
        }
        Tensor logProbabilities = stack(givenState, 1);
        AssertClose(golden, "logProbGivenState", logProbabilities, "mixture");
        AssertClose(golden, "logDensity", logProbabilities.logsumexp(1) - Math.Log(states), "mixture");
        AssertClose(golden, "posterior", nn.functional.softmax(logProbabilities, 1), "mixture");
    }

    private static Composition MixtureFlow(JsonElement golden)
    {
        int features = golden.Int("features");
        var steps = new List<Bijection>();
        for (int layer = 0; layer < golden.Int("layers"); layer++)
        {
            bool[] mask = [.. Enumerable.Range(0, features).Select(i => (i + layer) % 2 == 0)];
            Bijection[] step =
            [
                new Permutation([.. Enumerable.Range(0, features).Reverse().Select(i => (long)i)]),
                new LULinear(features),
                GoldenValues.Coupling(mask, new SigmoidAffineMap(), golden, golden.Int("states")),
            ];
            foreach (Bijection part in step)
                Tensors.ToFloat64(part);
            GoldenValues.Load(step[1], golden.GetProperty("parameters"), $"_transform._transforms.{3 * layer + 1}.");
            GoldenValues.Load(step[2], golden.GetProperty("parameters"), $"_transform._transforms.{3 * layer + 2}.");
            steps.AddRange(step);
        }
        return new Composition([.. steps]);
    }

    private static void AssertClose(JsonElement golden, string key, Tensor actual, string name)
    {
        double difference = Tensors.LargestDifference(golden.GetProperty(key).Tensor(), actual);
        Assert.True(difference <= Tolerance, $"{name}, {key}: off by {difference:g3}.");
    }
}
