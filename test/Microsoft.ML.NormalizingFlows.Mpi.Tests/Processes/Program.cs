namespace Microsoft.ML.NormalizingFlows.Mpi.Tests.Processes;

/// <summary>The test assembly as the program that mpirun starts.</summary>
internal static class Program
{
    private static void Main(string[] arguments) => Microsoft.ML.NormalizingFlows.Tests.ChildProcess.Do(arguments);
}
