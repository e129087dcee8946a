using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>Trainings of a few steps: by both engines from the same values, and by the managed one twice.</summary>
public class CompiledLearnerTests
{
    private const int Steps = 20;
    private const int BatchRows = 150;      // more than a panel, and no whole number of them

    private static readonly string[] Architectures =
        ["coupling spline", "autoregressive spline", "coupling affine", "plain coupling", "states of their own", "one feature",
         "mixture base", "mixture base, autoregressive", "mixture base under states of their own",
         "Gaussian states", "Gaussian states of their own"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string name in Architectures)
            {
                foreach (var phase in CompiledCases.Phases(CompiledCases.Architecture(name)))
                    cases.Add(name, phase.ToString());
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Both_engines_learn_the_same(string name, string phaseName)
    {
        var phase = Enum.Parse<LearningPhase>(phaseName);
        var training = new ShortTraining(CompiledCases.Architecture(name) with { Dropout = 0.2 }, BatchRows);
        using var compiled = training.Compiled(threads: 2);
        using var reference = training.Reference();
        Agree(training.Run(reference, phase, 0, Steps), training.Run(compiled, phase, 0, Steps));
        Agree(reference.ExtractWeights(), compiled.ExtractWeights());
    }

    [Theory]
    [InlineData("coupling spline")]
    [InlineData("autoregressive affine")]
    [InlineData("states of their own")]
    [InlineData("mixture base under states")]
    [InlineData("Gaussian states of their own")]
    public void A_training_goes_on_in_the_other_engine(string name)
    {
        var training = new ShortTraining(CompiledCases.Architecture(name) with { Dropout = 0.2 }, BatchRows);
        foreach (bool toReference in new[] { false, true })
        {
            using IFlowLearner whole = toReference ? training.Compiled(1) : training.Reference();
            using IFlowLearner other = toReference ? training.Reference() : training.Compiled(1);
            training.Run(whole, LearningPhase.ExactMixture, 0, Steps / 2);
            var (weights, state) = (whole.ExtractWeights(), whole.ExtractOptimizerState());
            other.Load(weights, state);
            Same(weights, other.ExtractWeights());
            Same(state, other.ExtractOptimizerState());
            Agree(
                training.Run(whole, LearningPhase.ExactMixture, Steps / 2, Steps),
                training.Run(other, LearningPhase.ExactMixture, Steps / 2, Steps));
            Agree(whole.ExtractWeights(), other.ExtractWeights());
        }
    }

    [Theory]
    [InlineData("coupling spline", 1)]
    [InlineData("coupling spline", 2)]
    [InlineData("coupling spline", 3)]
    [InlineData("mixture base under states", 1)]
    [InlineData("mixture base under states", 3)]
    [InlineData("Gaussian states of their own", 2)]
    public void The_same_threads_give_the_same_weights_to_the_last_bit(string name, int threads)
    {
        var architecture = CompiledCases.Architecture(name) with { Dropout = 0.2 };
        foreach (var phase in CompiledCases.Phases(architecture))
        {
            var training = new ShortTraining(architecture, 5 * BatchRows);
            using IFlowLearner first = training.Compiled(threads), second = training.Compiled(threads);
            Assert.Equal(training.Run(first, phase, 0, Steps), training.Run(second, phase, 0, Steps));
            Same(first.ExtractWeights(), second.ExtractWeights());
            Same(first.ExtractOptimizerState(), second.ExtractOptimizerState());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_warm_step_allocates_nothing(string name, string phaseName)
    {
        var phase = Enum.Parse<LearningPhase>(phaseName);
        var architecture = CompiledCases.Architecture(name) with { Dropout = 0.2 };
        var rows = Numbers.Table(BatchRows, architecture.RowWidth);
        using var learner = new ShortTraining(architecture, BatchRows).Compiled(threads: 1);
        var noise = new RandomStream(1);
        long least = long.MaxValue;     // a collection of garbage between two readings blurs them
        for (uint round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (uint step = 0; step < Steps; step++)
                learner.Step(phase, rows, BatchRows, noise, step, 1e-3);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_that_is_no_number_changes_nothing_and_a_huge_one_keeps_weights_finite(string name, string phaseName)
    {
        var phase = Enum.Parse<LearningPhase>(phaseName);
        var architecture = CompiledCases.Architecture(name);
        var training = new ShortTraining(architecture, BatchRows);
        using var learner = training.Compiled(threads: 2);
        training.Run(learner, phase, 0, 2);
        var (weights, state) = (learner.ExtractWeights(), learner.ExtractOptimizerState());
        float[] oneBad = Numbers.Table(BatchRows, architecture.RowWidth);
        oneBad[^1] = float.NaN;
        foreach (float[] rows in new[] { oneBad, Numbers.Filled(oneBad.Length, float.NaN) })
        {
            Assert.Equal(double.NaN, learner.Step(phase, rows, BatchRows, new RandomStream(1), 1, 1e-3));
            Same(weights, learner.ExtractWeights());
            Same(state, learner.ExtractOptimizerState());
        }
        foreach (float value in new[] { 1e30f, float.MaxValue, float.PositiveInfinity })
        {
            learner.Step(phase, Numbers.Filled(oneBad.Length, value), BatchRows, new RandomStream(1), 1, 1e-3);
            Assert.All(learner.ExtractWeights(), array => Assert.All(array.Values, weight => Assert.True(float.IsFinite(weight), array.Name)));
        }
        Assert.All(training.Run(learner, phase, 2, 4), loss => Assert.True(double.IsFinite(loss)));
    }

    /// <summary>Wide layers and so many states that some must take turns with a tape.</summary>
    [Fact]
    public void States_without_a_tape_of_their_own_learn_the_same()
    {
        var architecture = CompiledCases.Architecture("one layer") with
        {
            Dimensions = 32, States = 90, Pattern = FlowPattern.Autoregressive, Bins = 64, HiddenUnits = 8, Dropout = 0.2,
        };
        var training = new ShortTraining(architecture, batchRows: 5);
        Assert.InRange(training.MaximumTapes(), 2, architecture.States - 2);
        using var compiled = training.Compiled(threads: 1);
        using var reference = training.Reference();
        Agree(training.Run(reference, LearningPhase.ExactMixture, 0, 5), training.Run(compiled, LearningPhase.ExactMixture, 0, 5));
        Agree(reference.ExtractWeights(), compiled.ExtractWeights());
    }

    private static void Agree(double[] expected, double[] actual)
    {
        foreach (var (first, second) in expected.Zip(actual))
            Assert.Equal(first, second, 1e-3 * Math.Max(1, Math.Abs(first)));
    }

    private static void Agree(IReadOnlyList<NamedArray> expected, IReadOnlyList<NamedArray> actual)
    {
        var byName = actual.ToDictionary(array => array.Name, array => array.Values);
        Assert.Equal(expected.Count, actual.Count);
        foreach (var array in expected)
            Near.Assert(array.Values, byName[array.Name], 2e-3, array.Name);
    }

    private static void Same(IReadOnlyList<NamedArray> expected, IReadOnlyList<NamedArray> actual)
    {
        var byName = actual.ToDictionary(array => array.Name, array => array.Values);
        Assert.Equal(expected.Count, actual.Count);
        foreach (var array in expected)
            Assert.Equal(array.Values, byName[array.Name]);
    }
}
