using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Numerics;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Agreement;

/// <summary>
/// An operation on lanes is an instruction or a few, where the compiler puts it in place. Of one method it does so to a limit; what is beyond becomes calls, and the method takes ten times as long: it is
/// to be taken apart then.
/// </summary>
public class InlinedKernelsTests
{
    private const int Rows = 131;

    /// <summary>In the fresh process: trains, scores and draws with every kind of flow.</summary>
    internal static void UseEveryKernel(string[] arguments)
    {
        foreach (string name in CompiledCases.Names)
        {
            var architecture = CompiledCases.Architecture(name);
            var training = new ShortTraining(architecture with { Dropout = 0.1 }, Rows);
            using var learner = training.Compiled(threads: 1);
            foreach (var phase in CompiledCases.Phases(architecture).Where(phase => phase != LearningPhase.Surface))
                training.Run(learner, phase, 0, 1);
            float[] rows = Numbers.Table(Rows, architecture.RowWidth);
            learner.Evaluator.Score(rows, Rows, new FlowScores(architecture.ToSpec().Shape, CompiledEvaluatorTests.Everything, Rows));
            learner.Evaluator.Sample(Rows, new RandomStream(1), null, rows);
        }
        Console.WriteLine($"{CompiledCases.Names.Count()} flows");
    }

    [Fact]
    public void No_operation_on_lanes_is_a_call()
    {
        string compiled = Path.GetTempFileName();
        try
        {
            // All code is compiled once and well, and what is compiled is listed: an operation that is in place everywhere is not.
            string output = ChildProcess.Run(UseEveryKernel, new Dictionary<string, string> { ["DOTNET_JitDisasmSummary"] = "1", ["DOTNET_JitStdOutFile"] = compiled });
            Assert.Contains(" flows", output, StringComparison.Ordinal);
            string[] methods = File.ReadAllLines(compiled);
            Assert.Contains(methods, method => method.Contains("MatrixProduct", StringComparison.Ordinal));
            string[] operations = [.. new[] { typeof(Lanes128), typeof(Lanes256), typeof(Lanes512), typeof(LaneMath<>) }.Select(type => $"JIT compiled {type.FullName}")];
            Assert.DoesNotContain(methods, method => operations.Any(operation => method.Contains(operation, StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(compiled);
        }
    }
}
