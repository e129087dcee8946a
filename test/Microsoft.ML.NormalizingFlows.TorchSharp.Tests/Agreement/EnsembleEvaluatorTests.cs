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
    public void A_mixture_of_Gaussians_that_maps_nothing_is_the_same_by_both_engines()
    {
        var spec = new FlowSpec { Dimensions = 2, Layers = [new PermutationSpec([0, 1]), new LinearSpec()], Latent = new MixtureLatentSpec(2) };
        float[] shift = [1, -2], scale = [2, 0.5f];
        float[] Values(NamedArray array) => array.Name switch
        {
            ParameterNames.StateLogWeights => [MathF.Log(0.3f), MathF.Log(0.7f)],
            ParameterNames.StateMeans => [1, 2, -1, 0.5f],
            ParameterNames.StateWhitening => [2, 0.5f, 3, 1, -0.4f, 0.8f],
            _ => array.Values,
        };
        var member = new FlowMember(spec, [.. FlowStart.Create(spec, 1, shift, scale).Select(array => array with { Values = Values(array) })]);
        Assert.True(member.IsMixture);
        float[] rows = [1.5f, -2.5f, 30, -9];
        foreach (var engine in new[] { ComputeEngine.Managed, ComputeEngine.TorchSharp })
        {
            using var evaluator = FlowEngines.CreateEvaluator(member, ComputeDevice.Cpu with { Engine = engine });
            var scores = new FlowScores(evaluator.Shape, FlowOutputs.LogDensity | FlowOutputs.Posterior, 2);
            evaluator.Score(rows, 2, scores);
            for (int i = 0; i < 2; i++)
                Assert.Equal(LogDensity((rows[2 * i] - 1) / 2, (rows[2 * i + 1] + 2) / 0.5), scores.LogDensity[i], 1e-3);
        }

        // y = W (x - m), W triangular, of each state.
        static double LogDensity(double a, double b) => Math.Log(
            0.3 * State(2 * (a - 1), 0.5 * (a - 1) + 3 * (b - 2), 6) + 0.7 * State(a + 1, -0.4 * (a + 1) + 0.8 * (b - 0.5), 0.8)) - Math.Log(2 * 0.5);

        static double State(double u, double v, double determinant) => determinant * Math.Exp(-0.5 * (u * u + v * v)) / (2 * Math.PI);
    }

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

    [Fact]
    public void Each_member_has_its_share_of_the_density_of_draws_and_of_what_is_left_out()
    {
        double[] weights = [1, 0.25, 3], shares = [.. weights.Select(weight => weight / 4.25)];
        var model = Model();
        using var whole = FlowEngines.CreateEvaluator(model with { Members = [.. model.Members.Zip(weights, (member, weight) => member with { Weight = weight })] }, ComputeDevice.Cpu);
        FlowScores scores = Score(whole), pruned = Score(whole, pruned: 0.9);
        List<FlowScores> parts = Parts(), prunedParts = Parts(pruned: 0.9);
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(Math.Log(Mean(parts, part => Math.Exp(part.LogDensity[row]))), scores.LogDensity[row], 1e-5);
            Assert.Equal(
                Math.Log(Mean(prunedParts, part => Math.Exp(part.LogDensity[row] + part.PruningBound[row]))) - pruned.LogDensity[row], pruned.PruningBound[row], 1e-4);
        }
        AssertDrawnAsDense(whole);

        double Mean(List<FlowScores> of, Func<FlowScores, double> value) => of.Zip(shares, (part, share) => share * value(part)).Sum();
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
        AssertDrawnAsDense(whole);
    }

    private static void AssertDrawnAsDense(IFlowEvaluator whole)
    {
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
