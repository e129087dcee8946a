using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Kernels;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;

namespace Microsoft.ML.NormalizingFlows.Tests.Managed;

/// <summary>The gradient by the pairs of rows and states that count is that by all pairs.</summary>
public class MixtureObjectiveTests
{
    [Theory]
    [InlineData("coupling spline")]
    [InlineData("coupling affine")]
    [InlineData("autoregressive spline")]
    [InlineData("states of their own")]
    [InlineData("autoregressive states of their own")]
    [InlineData("mixture base under states")]
    [InlineData("Gaussian states of their own")]
    public void NegligiblePairsMayBeLeftOut(string name)
    {
        var architecture = CompiledCases.Architecture(name) with { Dropout = 0.2 };
        int dimensions = architecture.Dimensions, states = architecture.States;
        float[] centers = Numbers.Normal(states * dimensions, 6, 1), rows = Numbers.Normal(Panel.Columns * dimensions, 1, 2);
        for (int i = 0; i < rows.Length; i++)
            rows[i] += centers[(i / dimensions % states * dimensions) + (i % dimensions)];
        var (model, taken) = Trained(architecture, centers, rows);
        foreach (int count in new[] { Panel.Columns, 50 })
        {
            var (loss, gradient, pairs) = Differentiate(model, rows, count, Negligible.LeftOut);
            var (expectedLoss, expected, _) = Differentiate(model, rows, count, 0);
            Assert.Equal(expectedLoss, loss);
            double scale = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], gradient[i], 2e-5 * scale + 1e-3 * Math.Abs(expected[i]));     // as beside automatic differentiation
            Assert.True(taken, "A step was left out.");
            Assert.InRange(pairs, count, 0.75 * count * states);
        }
    }

    private static (double Loss, float[] Gradient, int Pairs) Differentiate(ManagedModel<Lanes256> model, float[] rows, int count, float leftOut)
    {
        var work = new LearningWork<Lanes256>(model);
        work.Load(rows, 2 * count, 0, count);
        new MixtureObjective<Lanes256>(model, leftOut).Add(work, [], 77);
        int pairs = 0;
        for (int row = 0; row < count; row++)
            pairs += Enumerable.Range(0, model.Spec.States).Count(state => work.Shares.Span[state * Panel.Columns + row] >= Negligible.LeftOut / model.Spec.States);
        return (work.Loss, [.. work.Gradient.Learned.ToArray(), .. work.Gradient.Derived.ToArray()], pairs);
    }

    // Learns the clusters, which makes each state that of its center.
    private static (ManagedModel<Lanes256> Model, bool Taken) Trained(FlowArchitecture architecture, float[] centers, float[] rows)
    {
        int dimensions = architecture.Dimensions;
        float[] shift = new float[dimensions], scale = Numbers.Filled(dimensions, 1);
        var spec = architecture.ToSpec();
        var model = new ManagedModel<Lanes256>(spec, FlowStart.Create(spec, architecture.Seed, shift, scale), architecture.Dropout);
        float[][] byState = [.. Enumerable.Range(0, architecture.States).Select(k => centers.AsSpan(k * dimensions, dimensions).ToArray())];
        using var learner = new ManagedLearner<Lanes256>(model, new LearnerSettings(0, 5, byState, ComputeDevice.Cpu), threads: 1);
        bool taken = true;
        for (uint step = 0; step < 400; step++)
            taken &= double.IsFinite(learner.Step(LearningPhase.Clusters, rows, Panel.Columns, new RandomStream(step), step, 5e-3));
        return (model, taken);
    }
}
