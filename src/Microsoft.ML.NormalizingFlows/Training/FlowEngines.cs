using System.Runtime.CompilerServices;
using Microsoft.ML.NormalizingFlows.Compiled;
using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;
using Microsoft.ML.NormalizingFlows.Reference;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Chooses the engine for a model and a device. TorchSharp is not so much as loaded where it is not chosen and no GPU is asked
/// for: what names its types stands in methods of its own.
/// </summary>
internal static class FlowEngines
{
    /// <summary>An evaluator of <paramref name="model"/> on <paramref name="device"/>.</summary>
    /// <exception cref="InvalidOperationException">A GPU was asked for, is absent, and falling back is not allowed; or the engine asked for cannot do it.</exception>
    /// <exception cref="InvalidDataException">The arrays of the model do not fit its architecture.</exception>
    public static IFlowEvaluator CreateEvaluator(FlowModel model, ComputeDevice device) =>
        model.Members.Count == 1
            ? CreateEvaluator(model.Members[0], device)
            : new EnsembleEvaluator([.. model.Members.Select(member => CreateEvaluator(member, device))]);

    /// <summary>A learner that starts from <paramref name="arrays"/>.</summary>
    /// <exception cref="InvalidOperationException">As for an evaluator.</exception>
    /// <exception cref="InvalidDataException">The arrays of the model do not fit its architecture.</exception>
    public static IFlowLearner CreateLearner(FlowArchitecture architecture, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        if (IsCompiled(architecture, settings.Device))
            return CompiledEngine.CreateLearner(architecture, arrays, settings, Threads(settings.Device));
        FindTorch(settings.Device);
        return CreateTorchLearner(architecture, arrays, settings);
    }

    /// <summary>Says what an evaluator or learner would say, before any work is done.</summary>
    /// <returns>Why the CPU computes where a GPU was asked for; null where all is as it was asked for.</returns>
    /// <exception cref="InvalidOperationException">As for an evaluator.</exception>
    public static string? Check(FlowArchitecture architecture, ComputeDevice device)
    {
        if (!IsCompiled(architecture, device))
            FindTorch(device);
        return device.GpuDeviceId is int gpu ? WhyNot(gpu) : null;
    }

    /// <summary>An evaluator of one flow.</summary>
    /// <exception cref="InvalidOperationException">As for a model.</exception>
    public static IFlowEvaluator CreateEvaluator(FlowMember member, ComputeDevice device)
    {
        if (IsCompiled(member.Architecture, device))
            return CompiledEngine.CreateEvaluator(member.Architecture, member.Arrays, Threads(device));
        FindTorch(device);
        return CreateTorchEvaluator(member, device);
    }

    private static int Threads(ComputeDevice device) => device.Threads ?? Environment.ProcessorCount;

    private static bool IsCompiled(FlowArchitecture architecture, ComputeDevice device)
    {
        bool supported = CompiledEngine.Supports(architecture);
        switch (device.Engine)
        {
            case ComputeEngine.TorchSharp:
                return false;
            case ComputeEngine.Compiled when device.GpuDeviceId is int gpu:
                throw new InvalidOperationException(
                    $"The compiled engine was asked for and so was GPU {gpu}, but it computes on the CPU alone: leave out one of the two.");
            case ComputeEngine.Compiled when !supported:
                throw new InvalidOperationException(
                    $"The compiled engine has no layers of the form {architecture.Parameterization}: set Engine to TorchSharp or Automatic.");
            default:
                return supported && (device.GpuDeviceId is null || !FindsGpu(device));
        }
    }

    // Without LibTorch there is no GPU: that is no reason to fail where the CPU may stand in.
    private static bool FindsGpu(ComputeDevice device)
    {
        try
        {
            return FindTorch(device);
        }
        catch (InvalidOperationException) when (device.FallbackToCpu)
        {
            return false;
        }
    }

    /// <summary>Loads TorchSharp and its LibTorch and finds the device; what is missing is said in one sentence.</summary>
    /// <returns>Whether the device is a GPU.</returns>
    private static bool FindTorch(ComputeDevice device)
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

    // Why the CPU stands in for a GPU.
    private static string? WhyNot(int gpu)
    {
        try
        {
            return Obstacle(gpu) is string obstacle ? obstacle + "." : null;
        }
        catch (Exception error) when (NativeSetup.Prevents(error))
        {
            return NativeSetup.Remedy(error, gpu, Host.Current);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsGpu(ComputeDevice device) => TorchDevice.IsGpu(device);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? Obstacle(int gpu) => TorchDevice.Obstacle(gpu);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IFlowEvaluator CreateTorchEvaluator(FlowMember member, ComputeDevice device) =>
        new TorchEvaluator(member, TorchDevice.Find(device));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IFlowLearner CreateTorchLearner(
        FlowArchitecture architecture, IReadOnlyList<NamedArray> arrays, LearnerSettings settings) =>
        new TorchLearner(architecture, arrays, settings);
}
