using Microsoft.ML.NormalizingFlows.Flows;
using Microsoft.ML.NormalizingFlows.Models;

namespace Microsoft.ML.NormalizingFlows.Training;

/// <summary>Learns a flow from rows.</summary>
internal static class FlowTrainer
{
    /// <summary>Trains a flow of the given architecture; <paramref name="warmStart"/>, of the same shape, gives the initial values.</summary>
    public static FlowModel Train(
        FlowArchitecture architecture,
        TrainingSettings settings,
        IRowSource training,
        IRowSource? validation,
        FlowModel? warmStart,
        ITrainingLog log) => throw new NotImplementedException();
}
