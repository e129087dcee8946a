namespace Microsoft.ML.NormalizingFlows.Models;

/// <summary>Chooses the evaluator for a model and a device.</summary>
internal static class FlowEvaluators
{
    /// <summary>An evaluator of <paramref name="model"/> on <paramref name="device"/>.</summary>
    /// <exception cref="InvalidOperationException">A GPU was asked for, is absent, and falling back is not allowed.</exception>
    public static IFlowEvaluator Create(FlowModel model, ComputeDevice device) => throw new NotImplementedException();
}
