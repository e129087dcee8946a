using Microsoft.ML.NormalizingFlows.Managed;
using Microsoft.ML.NormalizingFlows.Model;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>
/// Chooses the engine for a model and a device. That on TorchSharp is in a package of its own, which is found by name and not so much as
/// loaded where it is not chosen and no GPU is asked for.
/// </summary>
internal static class FlowEngines
{
    /// <summary>The package with the engine on TorchSharp.</summary>
    public const string TorchPackage = "Microsoft.ML.NormalizingFlows.TorchSharp";

    private static readonly ManagedEngine s_managed = new();

    private static readonly Lazy<IFlowEngine?> s_torch = new(() => FromTorchPackage<IFlowEngine>("TorchEngine"));

    /// <summary>An engine of the package on TorchSharp; null where the application does not have it.</summary>
    /// <param name="name">Of its class, behind the namespace of the package.</param>
    public static T? FromTorchPackage<T>(string name)
        where T : class =>
        Type.GetType($"Microsoft.ML.NormalizingFlows.Torch.{name}, {TorchPackage}") is { } type ? (T)Activator.CreateInstance(type)! : null;

    /// <summary>An evaluator of <paramref name="model"/> on <paramref name="device"/>.</summary>
    /// <exception cref="InvalidOperationException">A GPU was asked for, is absent, and falling back is not allowed; or the engine asked for cannot do it.</exception>
    /// <exception cref="InvalidDataException">The arrays of the model do not fit its description.</exception>
    public static IFlowEvaluator CreateEvaluator(FlowModel model, ComputeDevice device) =>
        model.Members.Count == 1
            ? CreateEvaluator(model.Members[0], device)
            : new EnsembleEvaluator([.. model.Members.Select(member => CreateEvaluator(member, device))], model.Shares);

    /// <summary>An evaluator of one flow.</summary>
    /// <exception cref="InvalidOperationException">As for a model.</exception>
    /// <exception cref="InvalidDataException">The arrays of the model do not fit its description.</exception>
    public static IFlowEvaluator CreateEvaluator(FlowMember member, ComputeDevice device) =>
        Choose(member.Spec, device).CreateEvaluator(member, device);

    /// <summary>A learner that starts from <paramref name="arrays"/>.</summary>
    /// <exception cref="InvalidOperationException">As for an evaluator.</exception>
    /// <exception cref="InvalidDataException">The arrays of the model do not fit its description.</exception>
    public static IFlowLearner CreateLearner(FlowSpec spec, IReadOnlyList<NamedArray> arrays, LearnerSettings settings)
    {
        var engine = Choose(spec, settings.Device);
        return settings.Group is null || engine == s_managed ? engine.CreateLearner(spec, arrays, settings) : throw new InvalidOperationException(
            "Training.Group shares out the rows of the managed engine, which does not compute here: leave it out, leave out the GPU, or choose another Flow.Layer, Flow.Pattern or Flow.Map.");
    }

    /// <summary>Says what an evaluator or learner would say, before any work is done.</summary>
    /// <returns>Why the CPU computes where a GPU was asked for; null where all is as it was asked for.</returns>
    /// <exception cref="InvalidOperationException">As for an evaluator.</exception>
    public static string? Check(FlowSpec spec, ComputeDevice device)
    {
        Choose(spec, device).Find(device);
        return device.GpuDeviceId is not int gpu ? null : s_torch.Value is { } torch ? torch.Obstacle(gpu) : GpuWithoutTorch(gpu);
    }

    /// <summary>Whether the managed engine has every layer, so that no other is needed.</summary>
    public static bool IsManaged(FlowSpec spec) => s_managed.Supports(spec);

    private static IFlowEngine Choose(FlowSpec spec, ComputeDevice device)
    {
        bool supported = s_managed.Supports(spec);
        return device.Engine switch
        {
            ComputeEngine.TorchSharp => Torch(device, supported),
            ComputeEngine.Managed when device.GpuDeviceId is int gpu => throw new InvalidOperationException(
                $"The managed engine was asked for and so was GPU {gpu}, but it computes on the CPU alone: leave out one of the two."),
            ComputeEngine.Managed when !supported => throw new InvalidOperationException(
                "The managed engine does not have every layer of this flow: set Training.Engine to TorchSharp or Automatic, or choose another Flow.Layer, Flow.Pattern or Flow.Map."),
            ComputeEngine.Managed => s_managed,
            ComputeEngine.Automatic when supported && (device.GpuDeviceId is null || !FindsGpu(device)) => s_managed,
            ComputeEngine.Automatic => Torch(device, supported),
            var unknown => throw new ArgumentOutOfRangeException(nameof(device), $"{unknown} is no engine."),
        };
    }

    private static IFlowEngine Torch(ComputeDevice device, bool managedWould) => s_torch.Value ?? throw new InvalidOperationException(
        device.GpuDeviceId is int gpu ? GpuWithoutTorch(gpu)
        : !managedWould
            ? $"This flow has layers that the TorchSharp engine alone has, which is in a package of its own: reference {TorchPackage} and TorchSharp-cpu in the application, or choose another Flow.Layer, Flow.Pattern or Flow.Map."
        : $"The TorchSharp engine is in a package of its own: reference {TorchPackage} and TorchSharp-cpu in the application, or set Training.Engine to Managed, which needs neither.");

    private static string GpuWithoutTorch(int gpu) =>
        $"GPU {gpu} was asked for, which takes the TorchSharp engine: reference {TorchPackage} and TorchSharp-cuda-linux or TorchSharp-cuda-windows in the application, or leave GpuDeviceId out.";

    // Without LibTorch there is no GPU: that is no reason to fail where the CPU may stand in.
    private static bool FindsGpu(ComputeDevice device)
    {
        try
        {
            return Torch(device, managedWould: true).Find(device);
        }
        catch (InvalidOperationException) when (device.FallbackToCpu)
        {
            return false;
        }
    }
}
