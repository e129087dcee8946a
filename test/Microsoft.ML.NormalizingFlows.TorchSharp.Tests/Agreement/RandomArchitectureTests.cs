using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Scoring;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using static TorchSharp.torch;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>The compiled evaluator beside the reference in float64, over architectures drawn at random, with rows far out and parameters far from 0.</summary>
public class RandomArchitectureTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Density_and_posterior_are_those_of_the_reference(int seed)
    {
        var random = new RandomStream((ulong)seed);
        var architecture = Draw(random);
        float size = seed % 4 == 0 ? 1.5f : 0.3f;
        using var flow = Perturbed.Flow(architecture, size, (ulong)seed);
        var arrays = FlowArrays.Extract(flow);
        int count = 1 + random.NextInt(200);
        var rows = Numbers.Table(count, architecture.RowWidth, (ulong)seed);
        for (int i = 0; i < rows.Length; i += 7)
            rows[i] *= MathF.Pow(10, random.NextInt(6));

        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        Tensors.ToFloat64(flow);
        var conditional = flow.ConditionalLogDensity(tensor(rows, [count, architecture.RowWidth]).to(float64));
        double[] density = Tensors.Values(flow.Latent.LogDensity(conditional)), posterior = Tensors.Values(flow.Latent.Posterior(conditional));
        Check<Lanes128>();
        Check<Lanes256>();
        Check<Lanes512>();

        void Check<T>() where T : unmanaged, ILanes<T>
        {
            using var evaluator = new ManagedEvaluator<T>(new ManagedModel<T>(architecture.ToSpec(), arrays), 1);
            var scores = new FlowScores(architecture.ToSpec().Shape, FlowOutputs.LogDensity | FlowOutputs.Posterior, count);
            evaluator.Score(rows, count, scores);
            int doubtful = 0;
            for (int i = 0; i < count; i++)
            {
                Assert.True(float.IsFinite(scores.LogDensity[i]));
                // Where parameters are extreme, a few rows lie where the density is steep and no float32 code agrees.
                bool agrees = Math.Abs(density[i] - scores.LogDensity[i]) <= 2e-3 * Math.Max(1, Math.Abs(density[i]));
                for (int k = 0; k < architecture.States; k++)
                    agrees &= Math.Abs(posterior[i * architecture.States + k] - scores.Posterior[i * architecture.States + k]) <= 5e-3 * Math.Max(1, Math.Abs(density[i]) / 10);
                doubtful += agrees ? 0 : 1;
            }
            Assert.True(doubtful <= (size > 1 ? count / 20 : 0), $"{doubtful} of {count} rows differ for {architecture}");
        }
    }

    private static FlowArchitecture Draw(RandomStream random) => new()
    {
        Dimensions = 1 + random.NextInt(20),
        States = 1 + random.NextInt(6),
        Layers = 1 + random.NextInt(4),
        HiddenUnits = 1 + random.NextInt(40),
        EncoderHiddenUnits = 1 + random.NextInt(20),
        Blocks = 1 + random.NextInt(2),
        Bins = 2 + random.NextInt(9),
        TailBound = 1 + random.NextInt(5),
        Pattern = random.NextInt(2) == 0 ? FlowPattern.Coupling : FlowPattern.Autoregressive,
        Map = random.NextInt(7) switch { 0 or 1 => FlowMap.Affine, 2 => FlowMap.MixtureOfLogistics, 3 => FlowMap.SumOfSquares, _ => FlowMap.RationalQuadraticSpline },
        Permutation = random.NextInt(2) == 0 ? FlowPermutation.Random : FlowPermutation.Reverse,
        StateStandardization = random.NextInt(3) == 0,
        Seed = random.NextBits(),
        BaseComponents = Math.Max(1, random.NextInt(30) - 14),
        Context = Math.Max(0, random.NextInt(20) - 10),
    };
}
