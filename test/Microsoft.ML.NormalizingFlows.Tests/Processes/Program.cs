using Microsoft.ML.NormalizingFlows.Tests.Anomaly;
using Microsoft.ML.NormalizingFlows.Tests.Clustering;
using Microsoft.ML.NormalizingFlows.Tests.Pipeline;
using Microsoft.ML.NormalizingFlows.Tests.Tabular;

namespace Microsoft.ML.NormalizingFlows.Tests.Processes;

/// <summary>
/// The test assembly as a program of its own, for tests that need a second process: the first argument names a
/// task, the others are its arguments (see <see cref="ChildProcess"/>).
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<string[]>> Tasks = new()
    {
        [nameof(KilledTrainingTests.TrainWithCheckpoints)] = KilledTrainingTests.TrainWithCheckpoints,
        [nameof(NativeMemoryTests.TrainManySteps)] = NativeMemoryTests.TrainManySteps,
        [nameof(NativeMemoryTests.SampleManyRows)] = NativeMemoryTests.SampleManyRows,
        [nameof(NativeMemoryTests.PredictManyTimes)] = NativeMemoryTests.PredictManyTimes,
        [nameof(WithoutLibTorchTests.UseAFlow)] = WithoutLibTorchTests.UseAFlow,
        [nameof(MissingLibTorchTests.TrainInTorchSharp)] = MissingLibTorchTests.TrainInTorchSharp,
        [nameof(FreshProcessTests.LoadAndScore)] = FreshProcessTests.LoadAndScore,
        [nameof(DetectorTests.LoadAndJudge)] = DetectorTests.LoadAndJudge,
        [nameof(SavedClusteringTests.LoadAndCluster)] = SavedClusteringTests.LoadAndCluster,
        [nameof(SavedSynthesizerTests.LoadAndDraw)] = SavedSynthesizerTests.LoadAndDraw,
    };

    private static void Main(string[] arguments) => Tasks[arguments[0]](arguments[1..]);
}
