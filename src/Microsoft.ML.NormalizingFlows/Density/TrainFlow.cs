using Microsoft.ML.NormalizingFlows.Model;
using Microsoft.ML.NormalizingFlows.Training;

namespace Microsoft.ML.NormalizingFlows.Density;

/// <summary>Trains a flow, as <see cref="FlowTrainer.Train"/> does.</summary>
internal delegate FlowModel TrainFlow(
    FlowArchitecture architecture, TrainingSettings settings, IRowSource training, IRowSource? validation, FlowModel? warmStart, ITrainingLog log);
