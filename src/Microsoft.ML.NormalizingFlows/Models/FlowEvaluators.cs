namespace Microsoft.ML.NormalizingFlows.Models;

/// <summary>Chooses the evaluator for a model and a device.</summary>
internal static class FlowEvaluators
{
    /// <summary>An evaluator of <paramref name="model"/> on <paramref name="device"/>.</summary>
    /// <exception cref="InvalidOperationException">A GPU was asked for, is absent, and falling back is not allowed.</exception>
    /// <exception cref="InvalidDataException">The arrays of the model do not fit its architecture.</exception>
    public static IFlowEvaluator Create(FlowModel model, ComputeDevice device) => new TorchEvaluator(model, TorchDevice.Find(device));
}
