using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Tests.Numerics;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Tests.Training;

/// <summary>Targets whose density is known: approached, and never beaten beyond sampling error.</summary>
public class KnownEntropyTests
{
    private static readonly GaussianMixture Ring = GaussianMixture.Ring(8, radius: 2, deviation: 0.1);

    private static readonly FlowArchitecture Affine = new()
    {
        Dimensions = 2, Map = FlowMap.Affine, Layers = 4, HiddenUnits = 16, EncoderHiddenUnits = 32, Seed = 1,
    };

    /// <summary>Mean of log q(x) - log p(x) over fresh rows with its standard error, and the most likely state of each row.</summary>
    private static (double Gap, double Error, int[] States, int[] Components) Judge(FlowModel model, GaussianMixture truth)
    {
        var (rows, components) = truth.Draw(4_000, seed: 99);
        using var evaluator = FlowEngines.CreateEvaluator(model, ComputeDevice.Cpu);
        var scores = new FlowScores(model.Shape, FlowOutputs.LogDensity | FlowOutputs.Posterior, rows.Length);
        evaluator.Score(rows.SelectMany(row => row).ToArray(), rows.Length, scores);
        var gaps = rows.Select((row, i) => scores.LogDensity[i] - truth.LogDensity(row)).ToArray();
        double mean = gaps.Average();
        double error = Math.Sqrt(gaps.Average(gap => Math.Pow(gap - mean, 2)) / gaps.Length);
        int k = model.Shape.States;
        var states = rows.Select((_, i) => Enumerable.Range(0, k).MaxBy(state => scores.Posterior[i * k + state])).ToArray();
        return (mean, error, states, components);
    }

    [Fact]
    public void A_variational_flow_learns_the_ring_and_its_modes()
    {
        var architecture = Affine with { States = 8, StateStandardization = true };
        var rows = Ring.Draw(2_000, seed: 1).Rows;
        var model = FlowTrainer.Train(architecture, new() { Epochs = 100 }, new ArrayRows(rows), null, null, new ListLog());
        var (gap, error, states, components) = Judge(model, Ring);
        Assert.InRange(gap, -0.05, 3 * error);
        Assert.True(AdjustedRandIndex.Of(components, states) > 0.95);
        Assert.InRange(model.Report.MutualInformation, Math.Log(8) - 0.05, Math.Log(8) + 1e-6);
        Assert.Equal(8, model.Report.StatesUsed);
    }

    [Fact]
    public void Mixture_latent_learn_the_ring_one_state_a_step()
    {
        var architecture = Affine with { States = 9, MixtureLatent = true, StateStandardization = true };
        var rows = Ring.Draw(2_000, seed: 1).Rows;
        var model = FlowTrainer.Train(architecture, new() { Epochs = 100 }, new ArrayRows(rows), null, null, new ListLog());
        var (gap, error, _, _) = Judge(model, Ring);
        // Of the share of the background hardly anything is left, where no row is far from all others.
        Assert.InRange(gap, -0.05, 3 * error);
        Assert.True(model.Report.MutualInformation > 1.5);
    }

    [Fact]
    public void A_plain_flow_learns_a_correlated_Gaussian_and_does_not_beat_it()
    {
        var truth = new GaussianMixture([[1, -2]], 0.5);
        var rows = truth.Draw(2_000, seed: 2).Rows;
        var model = FlowTrainer.Train(Affine, new() { Epochs = 40 }, new ArrayRows(rows), null, null, new ListLog());
        var (gap, error, _, _) = Judge(model, truth);
        Assert.InRange(gap, -0.03, 3 * error);
        Assert.Equal(0, model.Report.MutualInformation);
    }

    [Fact]
    public void The_exact_mixture_beats_the_plain_flow_on_the_ring()
    {
        var rows = Ring.Draw(2_000, seed: 3).Rows;
        FlowModel Train(int states) => FlowTrainer.Train(
            Affine with { States = states }, new() { Epochs = 100 }, new ArrayRows(rows), null, null, new ListLog());
        double plain = Judge(Train(1), Ring).Gap, mixture = Judge(Train(8), Ring).Gap;
        Assert.True(mixture > plain + 0.3, $"plain {plain:F3}, mixture {mixture:F3}");
    }

    /// <summary>What one Gaussian cannot be torn into, the components of a base can be.</summary>
    [Fact]
    public void A_mixture_base_beats_the_standard_normal_on_the_ring_and_does_not_beat_the_truth()
    {
        var rows = Ring.Draw(2_000, seed: 3).Rows;
        (double Gap, double Error) Train(int components)
        {
            var model = FlowTrainer.Train(
                Affine with { BaseComponents = components }, new() { Epochs = 100 }, new ArrayRows(rows), null, null, new ListLog());
            var (gap, error, _, _) = Judge(model, Ring);
            return (gap, error);
        }
        var (plain, mixture) = (Train(1), Train(8));
        Assert.True(mixture.Gap > plain.Gap + 0.3, $"plain {plain.Gap:F3}, mixture {mixture.Gap:F3}");
        Assert.InRange(mixture.Gap, -1, 3 * mixture.Error);
    }
}
