using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;
using Microsoft.ML.NormalizingFlows.Torch.Objectives;
using Microsoft.ML.NormalizingFlows.Torch.Tests.Flows;
using static TorchSharp.torch;
using Dropout = Microsoft.ML.NormalizingFlows.Torch.Networks.Dropout;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>The hand-written gradient of every parameter beside automatic differentiation of the reference in float64.</summary>
public class CompiledGradientTests
{
    private const double DropoutShare = 0.2;
    private const uint DropoutSeed = 77;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string name in CompiledCases.Names)
            {
                foreach (var phase in CompiledCases.Phases(CompiledCases.Architecture(name)))
                    cases.Add(name, phase.ToString());
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_automatic_differentiation(string name, string phaseName)
    {
        var phase = Enum.Parse<LearningPhase>(phaseName);
        var architecture = CompiledCases.Architecture(name) with { Dropout = DropoutShare };
        const int count = 37;
        var rows = Numbers.Table(count, architecture.RowWidth, seed: 11);
        float[][] centers = [.. Enumerable.Range(0, phase == LearningPhase.Surface ? 4 : architecture.States).Select(k => Numbers.Table(1, architecture.Dimensions, (ulong)(50 + k)))];
        float[][]? coordinates = phase == LearningPhase.Surface ? [.. centers.Select((_, k) => Numbers.Normal(architecture.LatentDimensions, 1, (ulong)(90 + k)))] : null;
        using var flow = Perturbed.Flow(architecture, 0.15f);
        var arrays = FlowArrays.Extract(flow);
        var (expectedLoss, expected) = Reference(flow, phase, rows, centers, coordinates);
        Check<Lanes128>(1);
        Check<Lanes256>(1);
        Check<Lanes256>(3);
        Check<Lanes512>(1);

        void Check<T>(int threads) where T : unmanaged, ILanes<T>
        {
            var settings = new LearnerSettings(0, 5, centers, ComputeDevice.Cpu) { Coordinates = coordinates, Dropout = architecture.Dropout };
            using var learner = new ManagedLearner<T>(new ManagedModel<T>(architecture.ToSpec(), arrays, architecture.Dropout), settings, threads);
            for (int repeat = 0; repeat < 2; repeat++)
            {
                double loss = learner.Differentiate(phase, rows, count, new RandomStream(5), DropoutSeed);
                Assert.Equal(expectedLoss, loss, 1e-4 * Math.Max(1, Math.Abs(expectedLoss)));
                var actual = learner.ExtractGradient().ToDictionary(array => array.Name);
                Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
                double scale = expected.Values.SelectMany(values => values).Max(Math.Abs);
                foreach (var (parameter, values) in expected)
                {
                    for (int i = 0; i < values.Length; i++)
                    {
                        double difference = Math.Abs(values[i] - actual[parameter].Values[i]);
                        if (!(difference <= 2e-5 * scale + 1e-3 * Math.Abs(values[i])))
                            Assert.Fail($"By {parameter}[{i}]: {actual[parameter].Values[i]:G6}, expected {values[i]:G6}");
                    }
                }
            }
        }
    }

    private static (double Loss, Dictionary<string, double[]> Gradient) Reference(
        VariationalFlow flow, LearningPhase phase, float[] rows, float[][] centers, float[][]? coordinates)
    {
        using var scope = NewDisposeScope();
        using var clusters = new ClusterObjective(centers, CPU);
        using var surface = coordinates is null ? null : new SurfaceObjective(centers, coordinates, CPU);
        ITrainingObjective objective = phase switch
        {
            LearningPhase.Clusters => clusters,
            LearningPhase.Surface => surface!,
            LearningPhase.GumbelSoftmax => new GumbelObjective(),
            LearningPhase.MixtureLatent => new MixtureLatentObjective(),
            LearningPhase.ContinuousLatent => new ContinuousObjective(),
            _ => new ExactMixtureObjective(),
        };
        flow.train();
        Dropout.Set(flow, DropoutShare, DropoutSeed);
        bool inFloat64 = phase == LearningPhase.ExactMixture;   // the others hold constants in float32
        if (inFloat64)
            Tensors.ToFloat64(flow);
        var x = tensor(rows, [rows.Length / flow.Spec.RowWidth, flow.Spec.RowWidth]);
        var value = objective.Evaluate(flow, inFloat64 ? x.to(float64) : x, new RandomStream(5));
        value.Loss.backward();
        var gradient = flow.named_parameters().ToDictionary(
            entry => entry.name, entry => entry.parameter.grad is { } g ? Tensors.Values(g) : new double[entry.parameter.numel()]);
        return (value.NegativeLogDensity.to(float64).item<double>(), gradient);
    }
}
