using Microsoft.ML.NormalizingFlows.Tests;

namespace Microsoft.ML.NormalizingFlows.Torch.Tests.Processes;

/// <summary>The test assembly as a program of its own, for tests that need a second process.</summary>
internal static class Program
{
    private static void Main(string[] arguments) => ChildProcess.Do(arguments);
}
