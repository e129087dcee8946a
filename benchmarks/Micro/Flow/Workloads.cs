using System.Globalization;
using Benchmarks.Shared;
using Microsoft.ML.NormalizingFlows;
using Speed;

namespace Micro;

/// <summary>The flows of these benchmarks, on one thread.</summary>
internal static class Workloads
{
    public static Workload Create(FlowSize size, FlowPattern pattern, ComputeEngine engine = ComputeEngine.Managed, int rows = 1)
    {
        string options = string.Create(
            CultureInfo.InvariantCulture, $"{Options(size)} --kind {pattern.ToString().ToLowerInvariant()} --engine {engine} --rows {rows} --threads 1");
        return new Workload(new Arguments(options.Split(' '), Workload.Options));
    }

    private static string Options(FlowSize size) => size switch
    {
        FlowSize.Miniboone => "--features 43 --states 10 --layers 10 --hidden 32 --bins 4 --batch 128",
        FlowSize.Small => "--features 8 --states 8 --layers 5 --hidden 64 --bins 8 --batch 256",
        _ => throw new ArgumentOutOfRangeException(nameof(size)),
    };
}
