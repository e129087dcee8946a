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
            return new FlowMember(architecture, FlowArrays.Extract(flow));
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
        var scores = new FlowScores(evaluator.Architecture, outputs, Rows + 5) { PrunedProbability = pruned };
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
    public void TheDensityIsTheMeanOfThoseOfTheMembers()
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
    public void TheStatesAreThoseOfAllMembers()
    {
        using var whole = Whole;
        Assert.Equal(6, whole.Architecture.States);
        var scores = Score(whole);
        var parts = Parts();
        for (int row = 0; row < Rows; row++)
        {
            double sum = parts.Sum(part => Math.Exp(part.LogDensity[row]));
            double[] expected = [.. parts.SelectMany(part =>
                part.Posterior.Skip(row * part.States).Take(part.States).Select(p => p * Math.Exp(part.LogDensity[row]) / sum))];
            float[] posterior = scores.Posterior[(row * 6)..((row + 1) * 6)];
            for (int state = 0; state < 6; state++)
                Assert.Equal(expected[state], posterior[state], 1e-5);
            int best = Array.IndexOf(expected, expected.Max());
            var owner = parts[best < 2 ? 0 : best < 3 ? 1 : 2];
            Assert.Equal(owner.BaseVector[(row * Dimensions)..((row + 1) * Dimensions)], scores.BaseVector[(row * Dimensions)..((row + 1) * Dimensions)]);
        }
    }

    [Fact]
    public void ThePruningBoundCoversWhatIsLeftOut()
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
    public void AStateIsDrawnFromItsMemberAndAllFromAllEvenly()
    {
        using var whole = Whole;
        var member = Model().Members[2];
        using var alone = FlowEngines.CreateEvaluator(new FlowModel([member], CompiledCases.NoReport), ComputeDevice.Cpu);
        float[] expected = new float[Rows * Dimensions], drawn = new float[Rows * Dimensions];
        alone.Sample(Rows, new RandomStream(9), 1, expected);
        whole.Sample(Rows, new RandomStream(9), 4, drawn);       // 2 + 1 states before the third member's
        Assert.Equal(expected, drawn);

        const int Many = 6_000;
        var rows = new float[Many * Dimensions];
        whole.Sample(Many, new RandomStream(9), null, rows);
        // The mean of the density over uniform draws in a box is found again by counting draws in it.
        var random = new RandomStream(5);
        var box = new float[20_000 * Dimensions];
        random.FillUniform(box, -1, 1);
        var scores = new FlowScores(whole.Architecture, FlowOutputs.LogDensity, 20_000);
        whole.Score(box, 20_000, scores);
        double mass = scores.LogDensity.Average(logDensity => Math.Exp(logDensity)) * Math.Pow(2, Dimensions);
        double share = rows.Chunk(Dimensions).Count(row => row.All(value => Math.Abs(value) < 1)) / (double)Many;
        Assert.Equal(mass, share, 4 * Math.Sqrt(share * (1 - share) / Many) + 0.01);
    }

    [Fact]
    public void NoRowsAreNoTrouble()
    {
        using var whole = Whole;
        whole.Score([], 0, new FlowScores(whole.Architecture, Everything, 0));
        whole.Sample(0, new RandomStream(1), null, []);
    }
}
