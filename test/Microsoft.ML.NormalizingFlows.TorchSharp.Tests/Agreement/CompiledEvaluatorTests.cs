using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Scoring;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Training;
using TorchSharp;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>The compiled evaluator beside the reference, over architectures around every width.</summary>
public class CompiledEvaluatorTests
{
    internal const FlowOutputs Everything = FlowOutputs.LogDensity | FlowOutputs.Posterior | FlowOutputs.BaseVector | FlowOutputs.Elbo | FlowOutputs.LatentMoments | FlowOutputs.EffectiveSampleSize;

    public static TheoryData<string> Cases => [.. CompiledCases.Names];

    public static TheoryData<string> CasesOfOneFeature => [.. CompiledCases.Names.Where(name => CompiledCases.Architecture(name) is { Dimensions: 1, LatentDimensions: 0 })];

    public static TheoryData<string> CasesOfStates => [.. CompiledCases.Names.Where(name => CompiledCases.Architecture(name).States > 1)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_are_those_of_the_reference(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        using var flow = Perturbed.Flow(architecture, 0.2f);
        var arrays = FlowArrays.Extract(flow);
        using var reference = new TorchEvaluator(new FlowMember(architecture.ToSpec(), arrays), torch.CPU);
        foreach (int count in new[] { 0, 1, 3, 64, 131 })
        {
            var rows = Numbers.Table(count, architecture.RowWidth);
            var expected = new FlowScores(architecture.ToSpec().Shape, Everything, count);
            reference.Score(rows, count, expected);
            Check<Lanes128>(1);
            Check<Lanes256>(1);
            Check<Lanes256>(2);
            Check<Lanes512>(1);

            void Check<T>(int threads) where T : unmanaged, ILanes<T>
            {
                using var evaluator = new ManagedEvaluator<T>(new ManagedModel<T>(architecture.ToSpec(), arrays), threads);
                var actual = new FlowScores(architecture.ToSpec().Shape, Everything, count);
                evaluator.Score(rows, count, actual);
                Near.Assert(expected.LogDensity, actual.LogDensity, 1e-3, "log-density");
                Near.Assert(expected.Posterior, actual.Posterior, 1e-3, "posterior");
                Near.Assert(expected.BaseVector, actual.BaseVector, 1e-3, "base vector");
                Near.Assert(expected.Elbo, actual.Elbo, 1e-3, "ELBO");
                Near.Assert(expected.LatentMean, actual.LatentMean, 1e-3, "latent mean");
                Near.Assert(expected.EffectiveSampleSize, actual.EffectiveSampleSize, 5e-3, "effective sample size");
                Near.Assert(expected.LatentDeviation, actual.LatentDeviation, 1e-3, "latent deviation");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_has_the_same_scores_to_the_bit_alone_and_among_others(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        using var flow = Perturbed.Flow(architecture, 0.2f);
        var arrays = FlowArrays.Extract(flow);
        float[] rows = Numbers.Table(37, architecture.RowWidth);
        Check<Lanes128>(FlowOutputs.None, 0);
        Check<Lanes256>(FlowOutputs.None, 0);
        Check<Lanes512>(FlowOutputs.None, 0);
        Check<Lanes256>(FlowOutputs.Elbo | FlowOutputs.LatentMoments, 0);
        Check<Lanes256>(FlowOutputs.None, 0.5);

        void Check<T>(FlowOutputs more, double pruned) where T : unmanaged, ILanes<T>
        {
            using var evaluator = new ManagedEvaluator<T>(new ManagedModel<T>(architecture.ToSpec(), arrays), 1);
            var outputs = FlowOutputs.LogDensity | FlowOutputs.Posterior | FlowOutputs.BaseVector | more;
            FlowScores together = new(evaluator.Shape, outputs, 37) { PrunedProbability = pruned }, alone = new(evaluator.Shape, outputs, 1) { PrunedProbability = pruned };
            evaluator.Score(rows, 37, together);
            for (int i = 0; i < 37; i++)
            {
                evaluator.Score(rows.AsSpan(i * architecture.RowWidth, architecture.RowWidth), 1, alone);
                Same(together.LogDensity, alone.LogDensity, "log-density");
                Same(together.Posterior, alone.Posterior, "posterior");
                Same(together.BaseVector, alone.BaseVector, "base vector");
                Same(together.Elbo, alone.Elbo, "ELBO");
                Same(together.LatentMean, alone.LatentMean, "latent mean");

                void Same(float[] all, float[] one, string what) =>
                    Assert.True(all.AsSpan(i * one.Length, one.Length).SequenceEqual(one), $"{what} of row {i}, {typeof(T).Name}: {string.Join(" ", one)} alone");
            }
        }
    }

    [Theory]
    [MemberData(nameof(CasesOfStates))]
    public void Bounds_of_one_state_are_those_of_the_reference(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        using var flow = Perturbed.Flow(architecture, 0.2f);
        var arrays = FlowArrays.Extract(flow);
        using var reference = new TorchEvaluator(new FlowMember(architecture.ToSpec(), arrays), torch.CPU);
        foreach (int count in new[] { 0, 1, 3, 131 })
        {
            var rows = Numbers.Table(count, architecture.RowWidth);
            var uniforms = new float[count];
            new RandomStream(5).FillUniform(uniforms);
            float[] expected = Bounds(reference);
            Near.Assert(expected, Bounds(new ManagedEvaluator<Lanes128>(new ManagedModel<Lanes128>(architecture.ToSpec(), arrays), 1)), 1e-3, "bound");
            Near.Assert(expected, Bounds(new ManagedEvaluator<Lanes256>(new ManagedModel<Lanes256>(architecture.ToSpec(), arrays), 2)), 1e-3, "bound");
            Near.Assert(expected, Bounds(new ManagedEvaluator<Lanes512>(new ManagedModel<Lanes512>(architecture.ToSpec(), arrays), 1)), 1e-3, "bound");

            float[] Bounds(IFlowEvaluator evaluator)
            {
                var scores = new FlowScores(evaluator.Shape, FlowOutputs.DrawnBound, count) { Uniforms = uniforms };
                evaluator.Score(rows, count, scores);
                if (evaluator != reference)
                    evaluator.Dispose();
                return scores.DrawnBound;
            }
        }
    }

    [Theory]
    [MemberData(nameof(CasesOfStates))]
    public void The_mean_bound_of_one_state_is_that_of_all(string name)
    {
        const int draws = 4_000;
        var architecture = CompiledCases.Architecture(name);
        using var flow = Perturbed.Flow(architecture, 0.2f);
        using var evaluator = FlowEngines.CreateEvaluator(new FlowMember(architecture.ToSpec(), FlowArrays.Extract(flow)), ComputeDevice.Cpu);
        float[] row = Numbers.Table(1, architecture.RowWidth);
        float[] same = [.. Enumerable.Repeat(row, draws).SelectMany(values => values)];
        float[] even = [.. Enumerable.Range(0, draws).Select(i => (i + 0.5f) / draws)];
        var drawn = new FlowScores(evaluator.Shape, FlowOutputs.DrawnBound, draws) { Uniforms = even };
        evaluator.Score(same, draws, drawn);
        var whole = new FlowScores(evaluator.Shape, FlowOutputs.Elbo, 1);
        evaluator.Score(row, 1, whole);
        Assert.Equal(whole.Elbo[0], drawn.DrawnBound.Average(), 0.02);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_are_those_of_the_reference(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        using var flow = Perturbed.Flow(architecture, 0.1f);
        var arrays = FlowArrays.Extract(flow);
        using var reference = new TorchEvaluator(new FlowMember(architecture.ToSpec(), arrays), torch.CPU);
        foreach (int? state in new int?[] { null, architecture.States - 1 })
        {
            const int count = 70;
            float[] given = Numbers.Table(count, architecture.RowWidth), expected = [.. given];
            float[] latents = state is null ? [] : Numbers.Table(count, architecture.LatentDimensions, 7);
            reference.Sample(count, new RandomStream(3), state, expected, latents);
            Check<Lanes128>();
            Check<Lanes256>();
            Check<Lanes512>();

            void Check<T>() where T : unmanaged, ILanes<T>
            {
                using var evaluator = new ManagedEvaluator<T>(new ManagedModel<T>(architecture.ToSpec(), arrays), 2);
                float[] actual = [.. given];
                evaluator.Sample(count, new RandomStream(3), state, actual, latents);
                Near.Assert(expected, actual, 2e-3, "sample");
                for (int i = 0; i < actual.Length; i++)
                    Assert.True(i % architecture.RowWidth < architecture.Dimensions || actual[i] == given[i], "A context is changed.");
            }
        }
    }
    [Theory]
    [MemberData(nameof(CasesOfOneFeature))]
    public void Quantiles_and_distribution_functions_are_those_of_the_reference_and_of_one_another(string name)
    {
        var architecture = CompiledCases.Architecture(name);
        using var flow = Perturbed.Flow(architecture, 0.1f);
        var arrays = FlowArrays.Extract(flow);
        using var reference = new TorchEvaluator(new FlowMember(architecture.ToSpec(), arrays), torch.CPU);
        double[] levels = [0.01, 0.3, 0.5, 0.95];
        foreach (int count in new[] { 0, 1, 70 })
        {
            float[] rows = Numbers.Table(count, architecture.RowWidth), expected = new float[count * levels.Length];
            reference.Quantiles(rows, count, levels, expected);
            Check<Lanes128>();
            Check<Lanes256>();
            Check<Lanes512>();

            void Check<T>() where T : unmanaged, ILanes<T>
            {
                using var evaluator = new ManagedEvaluator<T>(new ManagedModel<T>(architecture.ToSpec(), arrays), 2);
                var actual = new float[expected.Length];
                evaluator.Quantiles(rows, count, levels, actual);
                Near.Assert(expected, actual, 2e-3, "quantile");
                float[] atQuantiles = [.. Enumerable.Range(0, actual.Length).SelectMany(i => rows[(i / levels.Length * architecture.RowWidth)..][..architecture.RowWidth].Skip(1).Prepend(actual[i]))];
                foreach (IFlowEvaluator each in new IFlowEvaluator[] { evaluator, reference })
                {
                    var scores = new FlowScores(evaluator.Shape, FlowOutputs.Cumulative, actual.Length);
                    each.Score(atQuantiles, actual.Length, scores);
                    for (int i = 0; i < actual.Length; i++)
                        Assert.Equal(levels[i % levels.Length], scores.Cumulative[i], 2e-4);
                }
            }
        }
    }
}
