using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.NormalizingFlows.Compiled.Lanes;
using Microsoft.ML.NormalizingFlows.Compiled.Learning;
using Microsoft.ML.NormalizingFlows.Compiled.Scoring;
using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Compiled;

/// <summary>
/// The flow on the CPU in managed, vectorised float32 code, for training and scoring, without TorchSharp; in the widest lanes
/// that the machine has.
/// </summary>
internal static class CompiledEngine
{
    /// <summary>Numbers in a register of this machine.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Avx2.IsSupported && Fma.IsSupported ? 8 : 4;

    /// <summary>Whether every layer of the flow has a compiled form.</summary>
    public static bool Supports(FlowArchitecture architecture) =>
        architecture.Parameterization == FlowParameterization.SoftLimited;

    /// <exception cref="InvalidDataException">The arrays do not fit the architecture.</exception>
    public static IFlowEvaluator CreateEvaluator(FlowArchitecture architecture, IReadOnlyList<NamedArray> arrays, int threads) => Lanes switch
    {
        16 => new CompiledEvaluator<Lanes512>(new(architecture, arrays), threads),
        8 => new CompiledEvaluator<Lanes256>(new(architecture, arrays), threads),
        _ => new CompiledEvaluator<Lanes128>(new(architecture, arrays), threads),
    };

    /// <exception cref="InvalidDataException">The arrays do not fit the architecture.</exception>
    public static IFlowLearner CreateLearner(
        FlowArchitecture architecture, IReadOnlyList<NamedArray> arrays, LearnerSettings settings, int threads) => Lanes switch
    {
        16 => new CompiledLearner<Lanes512>(new(architecture, arrays), settings, threads),
        8 => new CompiledLearner<Lanes256>(new(architecture, arrays), settings, threads),
        _ => new CompiledLearner<Lanes128>(new(architecture, arrays), settings, threads),
    };
}
