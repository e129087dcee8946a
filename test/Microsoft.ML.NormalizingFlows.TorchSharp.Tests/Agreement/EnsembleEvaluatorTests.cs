using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

public class EnsembleEvaluatorTests
{
    private const FlowOutputs Everything =
        FlowOutputs.LogDensity | FlowOutputs.Posterior | FlowOutputs.BaseVector | FlowOutputs.Elbo | FlowOutputs.PruningBound;

    private const int Rows = 40, Dimensions = 3;

    private static readonly int[] States = [2, 1, 3];

    private static FlowModel Model()
    {
        var members = States.Select((states, i) =>
        {
            var architecture = new FlowArchitecture
            {
                Dimensions = Dimensions, States = states, Layers = 2, HiddenUnits = 8, EncoderHiddenUnits = 8, Seed = (ulong)(i + 1),
            };
            using var flow = Perturbed.Flow(architecture, 0.3f);
            return new FlowMember(architecture.ToSpec(), FlowArrays.Extract(flow));
        });
        return new FlowModel([.. members], CompiledCases.NoReport);
    }

    private static float[] Points()
    {
        var rows = new float[Rows * Dimensions];
        new RandomStream(3).FillNormal(rows);
        return rows;
    }

    private static FlowScores Score(IFlowEvaluator evaluator, double pruned = 0)
    {
        var outputs = pruned > 0 ? Everything & ~FlowOutputs.Elbo : Everything;
        var scores = new FlowScores(evaluator.Shape, outputs, Rows + 5) { PrunedProbability = pruned };
        evaluator.Score(Points(), Rows, scores);
        return scores;
    }

    private static IFlowEvaluator Whole => FlowEngines.CreateEvaluator(Model(), ComputeDevice.Cpu);

    private static List<FlowScores> Parts(double pruned = 0) => [.. Model().Members.Select(member =>
    {
        using var evaluator = FlowEngines.CreateEvaluator(new FlowModel([member], CompiledCases.NoReport), ComputeDevice.Cpu);
        return Score(evaluator, pruned);
    })];

    [Fact]
    public void The_density_is_the_mean_of_those_of_the_members()
    {
        using var whole = Whole;
        var scores = Score(whole);
        var parts = Parts();
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(Math.Log(parts.Average(part => Math.Exp(part.LogDensity[row]))), scores.LogDensity[row], 1e-5);
            Assert.Equal(Math.Log(parts.Average(part => Math.Exp(part.Elbo[row]))), scores.Elbo[row], 1e-5);
            Assert.True(scores.Elbo[row] <= scores.LogDensity[row] + 1e-5);
        }
    }

    [Theory]
    [InlineData((int)Everything)]
    [InlineData((int)(FlowOutputs.Posterior | FlowOutputs.BaseVector))]
    [InlineData((int)(FlowOutputs.Posterior | FlowOutputs.PruningBound))]
    public void The_latent_is_that_of_the_first_member(int asked)
    {
        var outputs = (FlowOutputs)asked;
        using var whole = Whole;
        Assert.Equal(2, whole.Shape.States);
        var scores = new FlowScores(whole.Shape, outputs, Rows + 5);
        whole.Score(Points(), Rows, scores);
        var first = Parts()[0];
        Assert.Equal(first.Posterior[..(Rows * 2)], scores.Posterior[..(Rows * 2)]);
        if (outputs.HasFlag(FlowOutputs.BaseVector))
            Assert.Equal(first.BaseVector[..(Rows * Dimensions)], scores.BaseVector[..(Rows * Dimensions)]);
    }

    [Fact]
    public void The_pruning_bound_covers_what_is_left_out()
    {
        using var whole = Whole;
        var scores = Score(whole, pruned: 0.9);
        var parts = Parts(pruned: 0.9);
        Assert.Contains(scores.PruningBound, bound => bound > 0);
        for (int row = 0; row < Rows; row++)
        {
            double most = parts.Average(part => Math.Exp(part.LogDensity[row] + part.PruningBound[row]));
            Assert.Equal(Math.Log(most) - scores.LogDensity[row], scores.PruningBound[row], 1e-4);
        }
    }

    [Fact]
    public void A_state_is_drawn_from_the_first_member()
    {
        using var whole = Whole;
        using var alone = FlowEngines.CreateEvaluator(Model().Members[0], ComputeDevice.Cpu);
        float[] expected = new float[Rows * Dimensions], drawn = new float[Rows * Dimensions];
        alone.Sample(Rows, new RandomStream(9), 1, expected);
        whole.Sample(Rows, new RandomStream(9), 1, drawn);
        Assert.Equal(expected, drawn);
    }

    [Fact]
    public void The_only_state_of_plain_flows_is_no_restriction()
    {
        var model = Model();
        using var whole = FlowEngines.CreateEvaluator(model with { Members = [model.Members[1], model.Members[0]] }, ComputeDevice.Cpu);
        float[] expected = new float[Rows * Dimensions], drawn = new float[Rows * Dimensions];
        whole.Sample(Rows, new RandomStream(9), null, expected);
        whole.Sample(Rows, new RandomStream(9), 0, drawn);
        Assert.Equal(expected, drawn);
    }

    [Fact]
    public void Rows_are_drawn_from_all_members_evenly()
    {
        using var whole = Whole;
        const int Many = 6_000;
        var rows = new float[Many * Dimensions];
        whole.Sample(Many, new RandomStream(9), null, rows);
        // The mean of the density over uniform draws in a box is found again by counting draws in it.
        var random = new RandomStream(5);
        var box = new float[20_000 * Dimensions];
        random.FillUniform(box, -1, 1);
        var scores = new FlowScores(whole.Shape, FlowOutputs.LogDensity, 20_000);
        whole.Score(box, 20_000, scores);
        double mass = scores.LogDensity.Average(logDensity => Math.Exp(logDensity)) * Math.Pow(2, Dimensions);
        double share = rows.Chunk(Dimensions).Count(row => row.All(value => Math.Abs(value) < 1)) / (double)Many;
        Assert.Equal(mass, share, 4 * Math.Sqrt(share * (1 - share) / Many) + 0.01);
    }

    [Fact]
    public void No_rows_are_no_trouble()
    {
        using var whole = Whole;
        whole.Score([], 0, new FlowScores(whole.Shape, Everything, 0));
        whole.Sample(0, new RandomStream(1), null, []);
    }
}
