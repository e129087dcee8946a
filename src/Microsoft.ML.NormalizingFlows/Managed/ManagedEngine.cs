using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.NormalizingFlows.Managed.Lanes;
using Microsoft.ML.NormalizingFlows.Managed.Learning;
using Microsoft.ML.NormalizingFlows.Managed.Scoring;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Managed;

/// <summary>
/// The engine on the CPU in managed, vectorised float32 code, for training and scoring, without TorchSharp; in the widest lanes
/// that the machine has.
/// </summary>
internal sealed class ManagedEngine : IFlowEngine
{
    /// <summary>Numbers in a register of this machine.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported ? 8 : 4;

    public bool Supports(FlowSpec spec) => ManagedFlow.Supports(spec);

    public bool Find(ComputeDevice device) => false;

    public string? Obstacle(int gpu) => "The managed engine computes on the CPU alone.";

    public IFlowEvaluator CreateEvaluator(FlowMember member, ComputeDevice device) => Lanes switch
    {
        16 => new ManagedEvaluator<Lanes512>(new(member.Spec, member.Arrays), Threads(device)),
        8 => new ManagedEvaluator<Lanes256>(new(member.Spec, member.Arrays), Threads(device)),
        _ => new ManagedEvaluator<Lanes128>(new(member.Spec, member.Arrays), Threads(device)),
    };

    public IFlowLearner CreateLearner(FlowSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings) => Lanes switch
    {
        16 => new ManagedLearner<Lanes512>(new(spec, arrays, settings.Dropout), settings, Threads(settings.Device)),
        8 => new ManagedLearner<Lanes256>(new(spec, arrays, settings.Dropout), settings, Threads(settings.Device)),
        _ => new ManagedLearner<Lanes128>(new(spec, arrays, settings.Dropout), settings, Threads(settings.Device)),
    };

    private static int Threads(ComputeDevice device) => device.Threads ?? Environment.ProcessorCount;
}
