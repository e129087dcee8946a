using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Torch;

/// <summary>
/// The engine on TorchSharp: every layer, on the CPU or a GPU, with automatic differentiation. The main assembly finds it by name. What names
/// TorchSharp's types stands in methods of its own, so that what is missing can be said in one sentence.
/// </summary>
internal sealed class TorchEngine : IFlowEngine
{
    public bool Supports(FlowSpec spec) => true;

    public bool Find(ComputeDevice device)
    {
        try
        {
            return IsGpu(device);
        }
        catch (Exception error) when (NativeSetup.Prevents(error))
        {
            throw new InvalidOperationException(NativeSetup.Remedy(error, device.GpuDeviceId, Host.Current), error);
        }
    }

    public string? Obstacle(int gpu)
    {
        try
        {
            return FindObstacle(gpu) is string obstacle ? obstacle + "." : null;
        }
        catch (Exception error) when (NativeSetup.Prevents(error))
        {
            return NativeSetup.Remedy(error, gpu, Host.Current);
        }
    }

    public IFlowEvaluator CreateEvaluator(FlowMember member, ComputeDevice device)
    {
        Find(device);
        return NewEvaluator(member, device);
    }

    public IFlowLearner CreateLearner(FlowSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        Find(settings.Device);
        return NewLearner(spec, arrays, settings);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsGpu(ComputeDevice device) => TorchDevice.IsGpu(device);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? FindObstacle(int gpu) => TorchDevice.Obstacle(gpu);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchEvaluator NewEvaluator(FlowMember member, ComputeDevice device) => new(member, TorchDevice.Find(device));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchLearner NewLearner(FlowSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings) =>
        new(spec, arrays, settings);
}
